namespace Errand.Node;

/// <summary>How a ledger's host stands.</summary>
/// <param name="Durable">Entries on its disk.</param>
/// <param name="Final">Entries under a checkpoint with its quorum.</param>
/// <param name="Needed">The quorum.</param>
/// <param name="Waiting">For how long entries have waited for a quorum, in seconds; 0 when none wait.</param>
/// <param name="Witnesses">Each witness.</param>
/// <param name="Problem">What is wrong and needs a person; null when nothing is.</param>
public sealed record LedgerStatus(long Durable, long Final, int Needed, double Waiting, IReadOnlyList<WitnessStatus> Witnesses, string? Problem);
