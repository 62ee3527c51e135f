namespace Errand.Attestation;

/// <summary>How a platform protects enclave memory, as its PCK certificate says.</summary>
public enum SgxType
{
    /// <summary>Encrypted, with integrity and replay protection.</summary>
    Standard = 0,

    /// <summary>Encrypted (total memory encryption).</summary>
    Scalable = 1,

    /// <summary>Encrypted, with integrity.</summary>
    ScalableWithIntegrity = 2,
}
