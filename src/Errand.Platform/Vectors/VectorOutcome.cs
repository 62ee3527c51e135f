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
    /// <summary>accept or reject, as it came out here; for files of many tests the expected word, or <c>differs</c>; <c>not run</c> for a suite that is not implemented.</summary>
    public required string ActualOutcome { get; init; }

    /// <summary>The code of the first failure's reason; <c>none</c> or empty when nothing failed.</summary>
    public required string ActualReason { get; init; }

    /// <summary>Why nothing was run; null when something was. Such a case neither passed nor failed.</summary>
    public string? NotRun { get; init; }

    /// <summary>Tests compared, for files of many.</summary>
    public int TestsRun { get; init; }

    /// <summary>Tests in such files about what nothing here does.</summary>
    public int TestsSkipped { get; init; }

    /// <summary>True when outcome, reason and all compared values are as expected.</summary>
    public bool Passed => NotRun is null && ActualOutcome == ExpectedOutcome && (ExpectedOutcome != "reject" || ExpectedReason.Length == 0 && TestsRun > 0 || ActualReason == ExpectedReason) && Differences.Count == 0;
}
