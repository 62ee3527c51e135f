namespace Errand.Attestation;

/// <summary>What a pinned root may vouch for.</summary>
public enum RootClass
{
    /// <summary>AMD SEV-SNP, third generation EPYC (ARK-Milan).</summary>
    SnpMilan = 1,

    /// <summary>AMD SEV-SNP, fourth generation EPYC (ARK-Genoa).</summary>
    SnpGenoa = 2,

    /// <summary>AMD SEV-SNP, fifth generation EPYC (ARK-Turin).</summary>
    SnpTurin = 3,

    /// <summary>Intel SGX and TDX (Intel SGX Root CA).</summary>
    IntelSgx = 4,

    /// <summary>AWS Nitro Enclaves.</summary>
    AwsNitro = 5,

    /// <summary>A TPM chip, or a TPM in a processor's own firmware, certified by its manufacturer.</summary>
    TpmHardware = 16,

    /// <summary>A virtual TPM certified by a cloud: it vouches for no machine of its own.</summary>
    TpmCloud = 17,

    /// <summary>The software TPMs of development's virtual machines. Pinned as a development root only: whoever runs such a TPM makes it say anything.</summary>
    DevelopmentVtpm = 18,
}
