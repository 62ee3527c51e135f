namespace Errand.Attestation;

/// <summary>What a quote's body is. Quotes of version 5 say it; earlier ones leave it to the TEE type.</summary>
public enum QuoteBodyType
{
    /// <summary>An SGX enclave report, 384 bytes.</summary>
    SgxReport = 1,

    /// <summary>A TD report of TDX 1.0, 584 bytes.</summary>
    TdReport10 = 2,

    /// <summary>A TD report of TDX 1.5, 648 bytes.</summary>
    TdReport15 = 3,
}
