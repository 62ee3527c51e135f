namespace Errand.Attestation;

/// <summary>Which hardware report stands in an attestation report of Azure's paravisor.</summary>
public enum HclReportType
{
    /// <summary>A report of the hypervisor (virtualization-based security). No hardware signs it.</summary>
    Vbs = 1,

    /// <summary>An AMD SEV-SNP report, 1,184 bytes.</summary>
    SevSnp = 2,

    /// <summary>An Intel TD report, 1,024 bytes. Only the processor can check it: evidence has a quote of it besides.</summary>
    Tdx = 4,
}
