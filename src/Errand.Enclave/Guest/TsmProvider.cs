namespace Errand.Enclave;

/// <summary>Who makes a machine's reports: the drivers behind configfs-tsm that are known here, or its TPM. The numbers are on the wire.</summary>
public enum TsmProvider
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>AMD SEV-SNP's: the report is an ATTESTATION_REPORT (SEV-SNP Firmware ABI, table 22).</summary>
    SevGuest = 1,

    /// <summary>Intel TDX's: the report is a quote (TDX DCAP Quoting Library API, appendix A.3).</summary>
    TdxGuest = 2,

    /// <summary>The TPM that measured the machine's boot, which the host plays: the report is a VtpmReport of the attestation library. For development.</summary>
    DevelopmentVtpm = 3,
}
