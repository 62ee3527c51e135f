namespace Errand.Attestation;

/// <summary>Outcome of verifying an SGX quote's authenticity.</summary>
/// <param name="Result">All checks.</param>
/// <param name="Quote">The quote, when it is authentic, else null.</param>
/// <param name="Tcb">What collateral says of the platform, also when the quote is refused; null when that was not reached.</param>
public sealed record SgxVerification(AttestationResult Result, VerifiedSgxQuote? Quote, TcbEvaluation? Tcb);
