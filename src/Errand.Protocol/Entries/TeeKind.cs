namespace Errand.Protocol;

/// <summary>The kind of trusted execution environment behind an executor.</summary>
public enum TeeKind
{
    /// <summary>None: a verifier.</summary>
    None = 0,

    /// <summary>AMD SEV-SNP. Development TEEs emit this format under development roots.</summary>
    SevSnp = 1,

    /// <summary>Intel TDX.</summary>
    Tdx = 2,

    /// <summary>A virtual machine with a software TPM. Both belong to the host, so that it protects nothing from it: in development networks only.</summary>
    DevelopmentVtpm = 3,

    /// <summary>The largest value in use.</summary>
    Max = DevelopmentVtpm,
}
