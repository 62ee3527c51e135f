namespace Errand.Attestation;

/// <summary>Outcome of verifying a quote.</summary>
/// <param name="Result">All checks.</param>
/// <param name="Quote">The quote; null unless its signature and PCR digest hold.</param>
public sealed record QuoteVerification(AttestationResult Result, TpmsAttest? Quote);
