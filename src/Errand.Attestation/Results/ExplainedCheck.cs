namespace Errand.Attestation;

/// <summary>One check.</summary>
/// <param name="Name">Stable name, such as <c>report-signature</c>.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Code of the reason when it failed, else <c>none</c>.</param>
/// <param name="Expected">What was asked for.</param>
/// <param name="Actual">What the evidence says.</param>
/// <param name="Sentence">All of that in a sentence, with the remedy when it failed.</param>
public sealed record ExplainedCheck(string Name, CheckOutcome Outcome, string Reason, string Expected, string Actual, string Sentence);
