namespace Errand.Attestation;

/// <summary>Outcome of verifying a document's authenticity.</summary>
/// <param name="Result">All checks.</param>
/// <param name="Document">The document, when it is authentic, else null.</param>
public sealed record NitroVerification(AttestationResult Result, VerifiedNitroDocument? Document);
