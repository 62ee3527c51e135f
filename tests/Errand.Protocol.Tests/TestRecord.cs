namespace Errand.Protocol.Tests;

/// <summary>One entry of a test network's ledger.</summary>
/// <param name="Milliseconds">The ledger's time.</param>
/// <param name="Bytes">As appended.</param>
/// <param name="Refusal">What became of it.</param>
internal sealed record TestRecord(long Milliseconds, byte[] Bytes, RefusalReason Refusal);
