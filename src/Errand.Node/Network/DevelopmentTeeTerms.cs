using System.Collections.Immutable;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What a development genesis holds for the TEEs of its executors.</summary>
/// <param name="Root">Where their evidence ends.</param>
/// <param name="References">What it must say.</param>
/// <param name="Floors">Their lowest firmware.</param>
internal sealed record DevelopmentTeeTerms(PinnedRoot Root, ImmutableArray<ReferenceValue> References, ImmutableArray<FirmwareFloor> Floors);
