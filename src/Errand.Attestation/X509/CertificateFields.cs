namespace Errand.Attestation;

/// <summary>The parsed parts of a certificate. Names are kept as DER: they are only compared and searched.</summary>
internal sealed class CertificateFields
{
    internal required ReadOnlyMemory<byte> ToBeSigned { get; init; }

    internal required CertificateSignatureAlgorithm? SignatureAlgorithm { get; init; }

    internal required ReadOnlyMemory<byte> Signature { get; init; }

    internal required ReadOnlyMemory<byte> SerialNumber { get; init; }

    internal required ReadOnlyMemory<byte> Issuer { get; init; }

    internal required ReadOnlyMemory<byte> Subject { get; init; }

    internal required DateTimeOffset NotBefore { get; init; }

    internal required DateTimeOffset NotAfter { get; init; }

    internal required PublicKeyInfo PublicKey { get; init; }

    internal required IReadOnlyList<CertificateExtension> Extensions { get; init; }
}
