namespace Errand.Attestation;

/// <summary>One thing looked at during verification or appraisal.</summary>
/// <param name="Name">Stable kebab-case name, such as <c>report-signature</c>.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Set when it failed, else <see cref="AttestationReason.None"/>.</param>
/// <param name="Expected">What was asked for, for people.</param>
/// <param name="Actual">What the evidence says, for people.</param>
/// <param name="Explanation">What a failure or omission means and what to do about it; empty when the check passed.</param>
public sealed record AttestationCheck(
    string Name, CheckOutcome Outcome, AttestationReason Reason, string Expected, string Actual, string Explanation);
