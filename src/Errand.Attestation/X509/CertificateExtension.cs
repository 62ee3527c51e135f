namespace Errand.Attestation;

/// <summary>One extension (RFC 5280 section 4.1.2.9).</summary>
/// <param name="Oid">Dotted object identifier.</param>
/// <param name="IsCritical">Whether who does not understand it must refuse the certificate.</param>
/// <param name="Value">The contents of extnValue.</param>
public sealed record CertificateExtension(string Oid, bool IsCritical, ReadOnlyMemory<byte> Value);
