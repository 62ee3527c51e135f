using Errand.Attestation;

namespace Errand.Platform;

/// <summary>What came of one published test vector.</summary>
/// <param name="Kind">The folder of its kind, such as <c>sev-snp</c>.</param>
/// <param name="Name">The case's name.</param>
/// <param name="ExpectedOutcome">accept or reject, as the case says.</param>
/// <param name="ExpectedReason">The code expected of a reject; empty for an accept.</param>
/// <param name="Result">All checks made here.</param>
/// <param name="Differences">Expected values that came out otherwise, or not at all.</param>
/// <param name="NotCompared">Expected members that this runner does not produce, by path.</param>
public sealed record VectorOutcome(
    string Kind, string Name, string ExpectedOutcome, string ExpectedReason, AttestationResult Result, IReadOnlyList<string> Differences, IReadOnlyList<string> NotCompared)
{
    /// <summary>accept or reject, as it came out here.</summary>
    public string ActualOutcome => Result.Accepted ? "accept" : "reject";

    /// <summary>The code of the first failure's reason; <c>none</c> when nothing failed.</summary>
    public string ActualReason => Result.Reason.ToCode();

    /// <summary>True when outcome, reason and all compared values are as expected.</summary>
    public bool Passed => ActualOutcome == ExpectedOutcome
        && (ExpectedOutcome == "accept" || ActualReason == ExpectedReason)
        && Differences.Count == 0;
}
