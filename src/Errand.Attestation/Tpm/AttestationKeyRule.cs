namespace Errand.Attestation;

/// <summary>What makes a key an attestation key: it signs only what its TPM made, and never leaves it (TPM 2.0 Part 1, section 26.6).</summary>
public static class AttestationKeyRule
{
    private const TpmObjectAttributes Required =
        TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent | TpmObjectAttributes.SensitiveDataOrigin | TpmObjectAttributes.Restricted | TpmObjectAttributes.Sign;

    private const TpmObjectAttributes Allowed =
        Required | TpmObjectAttributes.StClear | TpmObjectAttributes.UserWithAuth | TpmObjectAttributes.AdminWithPolicy | TpmObjectAttributes.NoDa;

    /// <summary>What keeps a public area from being an attestation key's, for people; null when nothing does.</summary>
    public static string? FindFault(TpmtPublic key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (FindAttributeFault(key) is { } fault) return fault;
        if (!IsStrongHash(key.SchemeHash)) return $"signs with {key.SchemeHash}";
        if (!IsStrongHash(key.NameAlgorithm)) return $"is named with {key.NameAlgorithm}";
        return null;
    }

    /// <summary>The same without the strength of hashes: what lets a key sign what no TPM made, or leave its TPM; null when nothing does.</summary>
    public static string? FindAttributeFault(TpmtPublic key)
    {
        ArgumentNullException.ThrowIfNull(key);
        TpmObjectAttributes missing = Required & ~key.Attributes;
        if (missing != 0) return $"lacks {missing}";
        TpmObjectAttributes excess = key.Attributes & ~Allowed;
        if (excess != 0) return $"has {excess}";
        if (key.Symmetric != TpmAlgorithm.Null) return "has a symmetric algorithm";
        if (key.Scheme is not (TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss or TpmAlgorithm.EcDsa)) return "has no signing scheme";
        if (key.PublicKey is null) return "is no RSA key of 2048 to 4096 bits and no point on P-256, P-384 or P-521";
        return null;
    }

    private static bool IsStrongHash(TpmAlgorithm hash) => hash is TpmAlgorithm.Sha256 or TpmAlgorithm.Sha384 or TpmAlgorithm.Sha512;
}
