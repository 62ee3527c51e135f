namespace Errand.Attestation;

/// <summary>One of the two steps, with all its checks.</summary>
/// <param name="Outcome">Passed when something was checked and nothing failed.</param>
/// <param name="Reason">Code of the reason of the first check that failed; <c>none</c> when none did.</param>
/// <param name="Checks">Every check in the order made.</param>
public sealed record ExplainedStep(CheckOutcome Outcome, string Reason, IReadOnlyList<ExplainedCheck> Checks);
