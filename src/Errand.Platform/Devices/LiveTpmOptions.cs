using Errand.Attestation;

namespace Errand.Platform;

/// <summary>How a node uses its TPM.</summary>
public sealed record LiveTpmOptions
{
    /// <summary>The node's file for its attestation key, of use to this TPM only; made when it is not there.</summary>
    public required string AttestationKeyFile { get; init; }

    /// <summary>Where the firmware's event log is read, each time anew.</summary>
    public string EventLogFile { get; init; } = MeasurementLogs.FirmwareFile;

    /// <summary>The kernel's measurement list, read each time anew; null to offer none. It names files, on a public ledger, for ever.</summary>
    public string? ImaFile { get; init; }

    /// <summary>The template of the endorsement key; null takes ECC where the TPM has a certificate for it, else RSA.</summary>
    public EkTemplate? Template { get; init; }

    /// <summary>The EK certificate in DER, for TPMs that hold none; null reads it from the TPM.</summary>
    public ReadOnlyMemory<byte>? EkCertificate { get; init; }

    /// <summary>Certificates in DER among which the EK certificate's issuers are looked for, beside those that the TPM holds.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> IssuerCertificates { get; init; } = [];

    /// <summary>The authorisation value of the endorsement hierarchy; empty on machines where nobody set one.</summary>
    public ReadOnlyMemory<byte> EndorsementValue { get; init; }

    /// <summary>Kind of the attestation key: ECC (P-256, ECDSA) or RSA (2048, RSASSA).</summary>
    public TpmAlgorithm AttestationKeyType { get; init; } = TpmAlgorithm.Ecc;
}
