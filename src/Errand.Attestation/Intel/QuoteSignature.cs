namespace Errand.Attestation;

/// <summary>The signature data of a quote with an ECDSA P-256 attestation key.</summary>
/// <remarks>
/// <code>
/// signature r ‖ s (64)    attestation key x ‖ y (64)
/// from version 4: certification data type 6 (2) and size (4) around the rest
/// QE report (384)    its signature (64)    size (2) and QE authentication data    certification data type (2), size (4) and data
/// </code>
/// </remarks>
public sealed class QuoteSignature
{
    /// <summary>A chain of certificates in PEM from the platform's key to the root.</summary>
    public const int PckCertificateChain = 5;

    private const int ScalarPairSize = 64;
    private const int QeReportCertificationData = 6;

    private QuoteSignature()
    {
    }

    /// <summary>The attestation key's signature over header and body, r ‖ s, 64 bytes, big-endian.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The attestation key, x ‖ y, 64 bytes, big-endian.</summary>
    public required ReadOnlyMemory<byte> AttestationKey { get; init; }

    /// <summary>The report of the quoting enclave that holds the attestation key.</summary>
    public required SgxReport QeReport { get; init; }

    /// <summary>The platform key's signature over the quoting enclave's report, r ‖ s, 64 bytes, big-endian.</summary>
    public required ReadOnlyMemory<byte> QeReportSignature { get; init; }

    /// <summary>What the quoting enclave hashed with the attestation key.</summary>
    public required ReadOnlyMemory<byte> QeAuthenticationData { get; init; }

    /// <summary>1 to 5: what says who certified the platform's key. Only <see cref="PckCertificateChain"/> can be verified.</summary>
    public required int CertificationType { get; init; }

    /// <summary>The certification data.</summary>
    public required ReadOnlyMemory<byte> CertificationData { get; init; }

    /// <summary>Reads signature data; null unless its parts fill it exactly and the certification type is known.</summary>
    internal static QuoteSignature? TryParse(ReadOnlyMemory<byte> bytes, bool nested)
    {
        var reader = new QuoteReader(bytes);
        ReadOnlyMemory<byte> signature = reader.Bytes(ScalarPairSize);
        ReadOnlyMemory<byte> key = reader.Bytes(ScalarPairSize);
        if (nested)
        {
            if (reader.UInt16() != QeReportCertificationData) return null;
            ReadOnlyMemory<byte> inner = reader.Bytes(reader.UInt32());
            if (reader.Failed || !reader.AtEnd) return null;
            reader = new QuoteReader(inner);
        }

        SgxReport? report = SgxReport.TryParse(reader.Bytes(SgxReport.Size));
        ReadOnlyMemory<byte> reportSignature = reader.Bytes(ScalarPairSize);
        ReadOnlyMemory<byte> authentication = reader.Bytes(reader.UInt16());
        int type = reader.UInt16();
        ReadOnlyMemory<byte> certification = reader.Bytes(reader.UInt32());
        if (report is null || reader.Failed || !reader.AtEnd || type is < 1 or > PckCertificateChain) return null;
        return new QuoteSignature
        {
            Signature = signature,
            AttestationKey = key,
            QeReport = report,
            QeReportSignature = reportSignature,
            QeAuthenticationData = authentication,
            CertificationType = type,
            CertificationData = certification,
        };
    }
}
