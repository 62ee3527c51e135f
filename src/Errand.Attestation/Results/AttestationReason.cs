namespace Errand.Attestation;

/// <summary>Why evidence is rejected. Closed, numbered for the wire, never reused; <see cref="AttestationReasons"/> has the codes.</summary>
public enum AttestationReason
{
    /// <summary>Not rejected.</summary>
    None = 0,

    /// <summary>Bytes that are not what their format says.</summary>
    Malformed = 1,

    /// <summary>A certificate is not signed by the next one, or may not do what it is used for.</summary>
    CertificateChain = 2,

    /// <summary>A certificate is not valid at the time of appraisal.</summary>
    CertificateExpired = 3,

    /// <summary>The chain ends at a key that nobody pinned.</summary>
    UntrustedRoot = 4,

    /// <summary>Development evidence where only vendors' roots are pinned.</summary>
    DevelopmentRoot = 5,

    /// <summary>The chain ends at a root of a class that the policy does not allow.</summary>
    RootClass = 6,

    /// <summary>Evidence of a kind of TEE that the policy does not allow.</summary>
    TeeKind = 7,

    /// <summary>A certificate is on its issuer's revocation list.</summary>
    CertificateRevoked = 8,

    /// <summary>Collateral (revocation lists, TCB info, identities) is not valid at the time of appraisal.</summary>
    CollateralExpired = 9,

    /// <summary>Collateral that is needed is missing, not well formed, not signed by its vendor, or about another platform.</summary>
    Collateral = 10,

    /// <summary>Collateral that is authentic and in time, but older than the policy's least evaluation number.</summary>
    CollateralFloor = 11,

    /// <summary>The TEE report is not signed by the certified key.</summary>
    ReportSignature = 16,

    /// <summary>The certificate names another TCB than the report.</summary>
    TcbMismatch = 17,

    /// <summary>The certificate names another chip than the report.</summary>
    HardwareIdMismatch = 18,

    /// <summary>A processor generation that the policy does not allow, or on which report and certificates disagree.</summary>
    ProductLine = 19,

    /// <summary>The guest can be debugged by its host.</summary>
    Debug = 20,

    /// <summary>The guest can be migrated by an agent.</summary>
    Migratable = 21,

    /// <summary>No reference value matches in every field.</summary>
    Measurement = 22,

    /// <summary>Firmware below the floor.</summary>
    Tcb = 23,

    /// <summary>The report does not say which chip made it.</summary>
    ChipMasked = 24,

    /// <summary>Another chip than the registered one.</summary>
    ChipMismatch = 25,

    /// <summary>The report is not bound to the expected keys and context.</summary>
    ReportData = 26,

    /// <summary>The platform's settings (PLATFORM_INFO) are not those that the policy requires.</summary>
    PlatformInfo = 27,

    /// <summary>A mitigation that the policy requires was not in place.</summary>
    Mitigation = 28,

    /// <summary>The attestation is not a TPM quote.</summary>
    NotAQuote = 48,

    /// <summary>The quote is not signed by the attestation key.</summary>
    QuoteSignature = 49,

    /// <summary>The quote's qualifying data is not the expected nonce.</summary>
    Nonce = 50,

    /// <summary>The quote's qualifying data is a nonce that has expired.</summary>
    NonceOld = 51,

    /// <summary>Another set of PCRs, or another bank, than required.</summary>
    PcrSelection = 52,

    /// <summary>The PCR values are not those quoted.</summary>
    PcrDigest = 53,

    /// <summary>A required PCR was never extended.</summary>
    PcrZero = 54,

    /// <summary>An event log that replays to other PCR values than given.</summary>
    PcrMismatch = 55,

    /// <summary>The event log is not well formed, or does not explain the quoted PCRs.</summary>
    EventLog = 56,

    /// <summary>The attestation key's attributes or scheme do not make it one.</summary>
    AkAttributes = 57,

    /// <summary>The endorsement key is not made from the one template allowed for its vendor.</summary>
    EkTemplate = 58,

    /// <summary>The certificate is not an EK certificate, or certifies another key.</summary>
    EkCertificate = 59,

    /// <summary>A TPM on the deny list.</summary>
    TpmDenied = 60,

    /// <summary>The fresh quote does not cover the TEE report it came with.</summary>
    QuoteBinding = 61,

    /// <summary>The machine was started again, or changed, since it qualified.</summary>
    PlatformChanged = 62,

    /// <summary>The TPM did not answer the credential challenge.</summary>
    NoAnswer = 63,

    /// <summary>Secure boot is off where the policy requires it.</summary>
    SecureBoot = 64,

    /// <summary>A file was measured that the policy does not allow.</summary>
    ImaFile = 65,

    /// <summary>The kernel reports files that changed while they were measured.</summary>
    ImaViolation = 66,

    /// <summary>The measurement list does not begin with the boot that the firmware's PCRs tell of.</summary>
    ImaBootAggregate = 67,

    /// <summary>The network requires a measurement list, and the machine offers none.</summary>
    ImaMissing = 68,

    /// <summary>The quote carries no PCK certificate chain: nothing shows whose key signed its quoting enclave's report.</summary>
    NoPckCertificateChain = 80,

    /// <summary>The quoting enclave's report is not signed by the certified key of the platform.</summary>
    QeReportSignature = 81,

    /// <summary>The quoting enclave's report is about another attestation key than the quote's.</summary>
    QeReportData = 82,

    /// <summary>The quoting enclave is not the vendor's.</summary>
    QeIdentity = 83,

    /// <summary>The TDX module is not one that the vendor lists.</summary>
    TdxModule = 84,

    /// <summary>The platform, its TDX module or its quoting enclave is below every TCB level that the vendor lists.</summary>
    TcbLevelNotFound = 85,

    /// <summary>A TCB status that the policy does not allow.</summary>
    TcbStatus = 86,

    /// <summary>A security advisory applies that the policy does not allow.</summary>
    Advisory = 87,

    /// <summary>Attribute bits that are reserved, or that must be set and are not.</summary>
    Attributes = 88,

    /// <summary>Whether certificates are revoked was not checked although the policy asks for it.</summary>
    RevocationUnknown = 89,

    /// <summary>The guest had closed itself to further evidence when it made this.</summary>
    Closed = 90,

    /// <summary>A certificate inside the evidence is not an X.509 certificate.</summary>
    CertificateFormat = 112,

    /// <summary>The document's COSE signature is not by the certified key.</summary>
    CoseSignature = 113,

    /// <summary>Another instance or enclave than the registered one.</summary>
    ModuleId = 114,

    /// <summary>The evidence does not carry the expected user data.</summary>
    UserData = 115,

    /// <summary>The evidence does not carry the expected public key.</summary>
    PublicKey = 116,

    /// <summary>The document is older than allowed, or dated in the future.</summary>
    DocumentAge = 117,

    /// <summary>The hardware report is not bound to the runtime claims it came with.</summary>
    RuntimeDataHash = 120,

    /// <summary>The virtual TPM's quote is not signed by the key in the runtime claims.</summary>
    TpmQuoteSignature = 121,

    /// <summary>The report was asked for at another privilege level than the paravisor's.</summary>
    Vmpl = 122,

    /// <summary>The hardware report beside the runtime claims is not the one that was quoted.</summary>
    HardwareReport = 123,

    /// <summary>The VM is configured otherwise than the policy allows.</summary>
    VmConfiguration = 124,

    /// <summary>Another VM than the registered one.</summary>
    VmId = 125,
}
