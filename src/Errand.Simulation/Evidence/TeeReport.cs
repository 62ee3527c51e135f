using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>An authentic report of a simulated chip.</summary>
internal sealed record TeeReport(Bytes32 Chip, Bytes32 Measurement, bool Debug, ReadOnlyMemory<byte> ReportData);
