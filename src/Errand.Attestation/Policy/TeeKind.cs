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
}
