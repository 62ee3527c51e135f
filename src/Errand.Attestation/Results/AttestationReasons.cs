namespace Errand.Attestation;

/// <summary>The stable codes of reasons, as they stand in verdicts and documents.</summary>
public static class AttestationReasons
{
    private static readonly Dictionary<AttestationReason, string> Codes = new()
    {
        [AttestationReason.None] = "none",
        [AttestationReason.Malformed] = "malformed",
        [AttestationReason.CertificateChain] = "certificate-chain",
        [AttestationReason.CertificateExpired] = "certificate-expired",
        [AttestationReason.UntrustedRoot] = "untrusted-root",
        [AttestationReason.DevelopmentRoot] = "development-root",
        [AttestationReason.RootClass] = "root-class",
        [AttestationReason.TeeKind] = "tee-kind",
        [AttestationReason.CertificateRevoked] = "certificate-revoked",
        [AttestationReason.CollateralExpired] = "collateral-expired",
        [AttestationReason.Collateral] = "collateral",
        [AttestationReason.CollateralFloor] = "collateral-floor",
        [AttestationReason.ReportSignature] = "report-signature",
        [AttestationReason.TcbMismatch] = "tcb-mismatch",
        [AttestationReason.HardwareIdMismatch] = "hwid-mismatch",
        [AttestationReason.ProductLine] = "product-line",
        [AttestationReason.Debug] = "debug",
        [AttestationReason.Migratable] = "migratable",
        [AttestationReason.Measurement] = "measurement",
        [AttestationReason.Tcb] = "tcb",
        [AttestationReason.ChipMasked] = "chip-masked",
        [AttestationReason.ChipMismatch] = "chip-mismatch",
        [AttestationReason.ReportData] = "report-data",
        [AttestationReason.PlatformInfo] = "platform-info",
        [AttestationReason.Mitigation] = "mitigation",
        [AttestationReason.NotAQuote] = "not-a-quote",
        [AttestationReason.QuoteSignature] = "quote-signature",
        [AttestationReason.Nonce] = "nonce",
        [AttestationReason.NonceOld] = "nonce-old",
        [AttestationReason.PcrSelection] = "pcr-selection",
        [AttestationReason.PcrDigest] = "pcr-digest",
        [AttestationReason.PcrZero] = "pcr-zero",
        [AttestationReason.PcrMismatch] = "pcr-mismatch",
        [AttestationReason.EventLog] = "event-log",
        [AttestationReason.AkAttributes] = "ak-attributes",
        [AttestationReason.EkTemplate] = "ek-template",
        [AttestationReason.EkCertificate] = "ek-certificate",
        [AttestationReason.TpmDenied] = "tpm-denied",
        [AttestationReason.QuoteBinding] = "quote-binding",
        [AttestationReason.PlatformChanged] = "platform-changed",
        [AttestationReason.NoAnswer] = "no-answer",
        [AttestationReason.SecureBoot] = "secure-boot",
        [AttestationReason.ImaFile] = "ima-file",
        [AttestationReason.ImaViolation] = "ima-violation",
        [AttestationReason.ImaBootAggregate] = "ima-boot-aggregate",
        [AttestationReason.ImaMissing] = "ima-missing",
        [AttestationReason.NoPckCertificateChain] = "no-pck-certificate-chain",
        [AttestationReason.QeReportSignature] = "qe-report-signature",
        [AttestationReason.QeReportData] = "qe-report-data",
        [AttestationReason.QeIdentity] = "qe-identity",
        [AttestationReason.TdxModule] = "tdx-module",
        [AttestationReason.TcbLevelNotFound] = "tcb-level-not-found",
        [AttestationReason.TcbStatus] = "tcb-status",
        [AttestationReason.Advisory] = "advisory",
        [AttestationReason.Attributes] = "attributes",
        [AttestationReason.RevocationUnknown] = "revocation-unknown",
        [AttestationReason.Closed] = "closed",
        [AttestationReason.CertificateFormat] = "certificate",
        [AttestationReason.CoseSignature] = "cose-signature",
        [AttestationReason.ModuleId] = "module-id",
        [AttestationReason.UserData] = "user-data",
        [AttestationReason.PublicKey] = "public-key",
        [AttestationReason.DocumentAge] = "document-age",
        [AttestationReason.RuntimeDataHash] = "runtime-data-hash",
        [AttestationReason.TpmQuoteSignature] = "tpm-quote-signature",
        [AttestationReason.Vmpl] = "vmpl",
        [AttestationReason.HardwareReport] = "hardware-report",
        [AttestationReason.VmConfiguration] = "vm-configuration",
        [AttestationReason.VmId] = "vm-id",
    };

    private static readonly Dictionary<string, AttestationReason> Reasons = Codes.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>All reasons, in order of number.</summary>
    public static IReadOnlyList<AttestationReason> All { get; } = [.. Codes.Keys.Order()];

    /// <summary>The kebab-case code of a reason.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enum.</exception>
    public static string ToCode(this AttestationReason reason) =>
        Codes.TryGetValue(reason, out string? code) ? code : throw new ArgumentOutOfRangeException(nameof(reason));

    /// <summary>The reason with a code; false when there is none.</summary>
    public static bool TryFromCode(string code, out AttestationReason reason) => Reasons.TryGetValue(code, out reason);
}
