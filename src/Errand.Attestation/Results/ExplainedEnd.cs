namespace Errand.Attestation;

/// <summary>What ends first, and which check the same evidence fails from then on.</summary>
/// <param name="At">The last instant at which it holds.</param>
/// <param name="Check">The check.</param>
/// <param name="Subject">What ends.</param>
/// <param name="Sentence">All of that in a sentence.</param>
public sealed record ExplainedEnd(DateTimeOffset At, string Check, string Subject, string Sentence);
