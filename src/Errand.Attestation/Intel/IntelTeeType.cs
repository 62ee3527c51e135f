namespace Errand.Attestation;

/// <summary>The TEE that a quote is of, as its header says.</summary>
public enum IntelTeeType
{
    /// <summary>An SGX enclave.</summary>
    Sgx = 0x00,

    /// <summary>A TDX trust domain.</summary>
    Tdx = 0x81,
}
