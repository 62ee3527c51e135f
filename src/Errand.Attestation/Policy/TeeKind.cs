namespace Errand.Attestation;

/// <summary>Kinds of TEE evidence.</summary>
public enum TeeKind
{
    /// <summary>An AMD SEV-SNP attestation report with its certificates.</summary>
    SevSnp = 1,

    /// <summary>An Intel TDX quote.</summary>
    Tdx = 2,

    /// <summary>An Intel SGX quote.</summary>
    Sgx = 3,

    /// <summary>An attestation document of the AWS Nitro system.</summary>
    AwsNitro = 4,

    /// <summary>A TPM quote of an Azure confidential VM with the hardware report that vouches for its key.</summary>
    AzureVtpm = 5,

    /// <summary>A quote that a virtual machine took from the software TPM that measured its boot: development evidence, which protects nothing from the host.</summary>
    DevelopmentVtpm = 6,
}
