namespace Errand.Attestation;

/// <summary>Outcome of verifying the authenticity of a software TPM's report.</summary>
/// <param name="Result">All checks.</param>
/// <param name="Report">The report, when it is authentic, else null.</param>
public sealed record VtpmVerification(AttestationResult Result, VerifiedVtpm? Report);
