namespace Errand.Attestation;

/// <summary>Outcome of verifying the authenticity of a confidential VM's evidence.</summary>
/// <param name="Result">All checks.</param>
/// <param name="Evidence">What it says, when it is authentic, else null.</param>
public sealed record AzureVtpmVerification(AttestationResult Result, VerifiedAzureVtpm? Evidence);
