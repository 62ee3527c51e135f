using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>A sealed file that a task needs.</summary>
internal sealed record SealedInput(AssetId Asset, PublicKey Owner, ContentId Content, AssetKind Kind, long SizeBytes, IReadOnlyList<string> Sites);
