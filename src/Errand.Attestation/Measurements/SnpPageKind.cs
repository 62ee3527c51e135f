namespace Errand.Attestation;

/// <summary>PAGE_TYPE of SNP_LAUNCH_UPDATE (AMD publication 56860, table 67).</summary>
internal enum SnpPageKind : byte
{
    Normal = 1,
    Vmsa = 2,
    Zero = 3,
    Unmeasured = 4,
    Secrets = 5,
    Cpuid = 6,
}
