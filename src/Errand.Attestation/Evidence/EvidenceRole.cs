namespace Errand.Attestation;

/// <summary>What a file is to a piece of evidence. <see cref="EvidenceRoles"/> has the names.</summary>
public enum EvidenceRole
{
    /// <summary>An SEV-SNP attestation report.</summary>
    SnpReport = 1,

    /// <summary>A TDX quote.</summary>
    TdxQuote = 2,

    /// <summary>An SGX quote.</summary>
    SgxQuote = 3,

    /// <summary>An attestation document of the AWS Nitro system.</summary>
    NitroDocument = 4,

    /// <summary>Evidence of an Azure confidential VM in the JSON of the Confidential Containers attesters.</summary>
    AzureEvidence = 5,

    /// <summary>The attestation report of Azure's paravisor.</summary>
    HclReport = 6,

    /// <summary>What a TPM stated: TPMS_ATTEST.</summary>
    TpmAttest = 16,

    /// <summary>A TPM's signature: TPMT_SIGNATURE.</summary>
    TpmSignature = 17,

    /// <summary>A TPM key's public area: TPMT_PUBLIC or TPM2B_PUBLIC.</summary>
    TpmPublic = 18,

    /// <summary>A public key without attributes: SubjectPublicKeyInfo in DER or PEM.</summary>
    PublicKey = 19,

    /// <summary>PCR values: JSON <c>{bank: {index: hex}}</c>, or the file of tpm2_quote.</summary>
    PcrValues = 20,

    /// <summary>A firmware event log: TCG_PCR_EVENT or TCG_PCR_EVENT2 records, those of a CCEL too.</summary>
    EventLog = 32,

    /// <summary>A measurement list of the Linux kernel, binary or ASCII.</summary>
    ImaLog = 33,

    /// <summary>Certificates: one in DER, or some in PEM.</summary>
    Certificates = 48,

    /// <summary>A revocation list, in DER or PEM.</summary>
    RevocationList = 49,

    /// <summary>Intel's TCB info, as its provisioning certification service answers.</summary>
    TcbInfo = 50,

    /// <summary>The identity of Intel's quoting enclave, as its provisioning certification service answers.</summary>
    QeIdentity = 51,
}
