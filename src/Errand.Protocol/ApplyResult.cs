using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What became of one ledger entry.</summary>
/// <param name="Refusal">None when it applied.</param>
/// <param name="Entry">The prepared entry.</param>
/// <param name="DeadlinesFired">How many deadlines its time fired, whether or not it applied.</param>
public readonly record struct ApplyResult(RefusalReason Refusal, PreparedEntry Entry, int DeadlinesFired)
{
    /// <summary>True when the entry changed the state.</summary>
    public bool Applied => Refusal == RefusalReason.None;
}
