namespace Errand.Attestation;

/// <summary>EPYC generations with SEV-SNP. Each has its own root key and, from Turin on, another TCB layout.</summary>
public enum SnpProductLine
{
    /// <summary>Third generation, CPUID family 19h models 00h to 0Fh.</summary>
    Milan = 1,

    /// <summary>Fourth generation with Bergamo and Siena, CPUID family 19h models 10h to 1Fh and A0h to AFh.</summary>
    Genoa = 2,

    /// <summary>Fifth generation, CPUID family 1Ah models 00h to 1Fh.</summary>
    Turin = 3,
}
