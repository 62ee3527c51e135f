using System.Diagnostics.CodeAnalysis;

namespace Errand.Attestation;

/// <summary>The stable names of roles, and what each is in plain words.</summary>
public static class EvidenceRoles
{
    private static readonly (EvidenceRole Role, string Code, string Meaning)[] Table =
    [
        (EvidenceRole.SnpReport, "snp-report", "an SEV-SNP attestation report"),
        (EvidenceRole.TdxQuote, "tdx-quote", "a TDX quote"),
        (EvidenceRole.SgxQuote, "sgx-quote", "an SGX quote"),
        (EvidenceRole.NitroDocument, "nitro-document", "an AWS Nitro attestation document"),
        (EvidenceRole.AzureEvidence, "azure-evidence", "evidence of an Azure confidential VM in JSON"),
        (EvidenceRole.HclReport, "hcl-report", "an attestation report of Azure's paravisor"),
        (EvidenceRole.TpmAttest, "tpm-attest", "a statement of a TPM (TPMS_ATTEST)"),
        (EvidenceRole.TpmSignature, "tpm-signature", "a signature of a TPM (TPMT_SIGNATURE)"),
        (EvidenceRole.TpmPublic, "tpm-public", "a TPM key's public area (TPMT_PUBLIC, TPM2B_PUBLIC)"),
        (EvidenceRole.PublicKey, "public-key", "a public key (SubjectPublicKeyInfo)"),
        (EvidenceRole.PcrValues, "pcr-values", "PCR values (JSON, or the file of tpm2_quote)"),
        (EvidenceRole.EventLog, "event-log", "a firmware event log"),
        (EvidenceRole.ImaLog, "ima-log", "a measurement list of the Linux kernel (IMA)"),
        (EvidenceRole.Certificates, "certificates", "certificates"),
        (EvidenceRole.RevocationList, "revocation-list", "a certificate revocation list"),
        (EvidenceRole.TcbInfo, "tcb-info", "Intel TCB info"),
        (EvidenceRole.QeIdentity, "qe-identity", "an identity of Intel's quoting enclave"),
    ];

    /// <summary>All roles, in order of number.</summary>
    public static IReadOnlyList<EvidenceRole> All { get; } = [.. Table.Select(entry => entry.Role)];

    /// <summary>The kebab-case name of a role.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enum.</exception>
    public static string ToCode(this EvidenceRole role) => Find(role).Code;

    /// <summary>What it is, for people, with its article.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enum.</exception>
    public static string Meaning(this EvidenceRole role) => Find(role).Meaning;

    /// <summary>The role with a name; false when there is none.</summary>
    public static bool TryFromCode([NotNullWhen(true)] string? code, out EvidenceRole role)
    {
        role = Table.FirstOrDefault(entry => entry.Code == code).Role;
        return role != 0;
    }

    private static (EvidenceRole Role, string Code, string Meaning) Find(EvidenceRole role) =>
        Array.Find(Table, entry => entry.Role == role) is { Code: not null } found ? found : throw new ArgumentOutOfRangeException(nameof(role));
}
