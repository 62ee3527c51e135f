namespace Errand.Attestation;

/// <summary>TPMA_OBJECT (TPM 2.0 Part 2, section 8.3).</summary>
[Flags]
public enum TpmObjectAttributes : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Cannot be moved to another TPM.</summary>
    FixedTpm = 1 << 1,

    /// <summary>Saved contexts die with a clear.</summary>
    StClear = 1 << 2,

    /// <summary>Cannot be moved below another parent.</summary>
    FixedParent = 1 << 4,

    /// <summary>The TPM itself made the private part.</summary>
    SensitiveDataOrigin = 1 << 5,

    /// <summary>May be used with its password.</summary>
    UserWithAuth = 1 << 6,

    /// <summary>Administration needs the policy.</summary>
    AdminWithPolicy = 1 << 7,

    /// <summary>Not under dictionary attack protection.</summary>
    NoDa = 1 << 10,

    /// <summary>Leaves only encrypted.</summary>
    EncryptedDuplication = 1 << 11,

    /// <summary>Works only on what the TPM made.</summary>
    Restricted = 1 << 16,

    /// <summary>May decrypt.</summary>
    Decrypt = 1 << 17,

    /// <summary>May sign.</summary>
    Sign = 1 << 18,
}
