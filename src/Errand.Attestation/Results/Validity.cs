namespace Errand.Attestation;

/// <summary>Something that a result rests on and that ends: a certificate, a revocation list, a piece of collateral.</summary>
/// <param name="Check">The check that fails from then on, such as <c>certificate-validity</c>.</param>
/// <param name="Subject">What ends, for people.</param>
/// <param name="Until">The last instant at which it is valid.</param>
public sealed record Validity(string Check, string Subject, DateTimeOffset Until);
