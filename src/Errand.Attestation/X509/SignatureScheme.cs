namespace Errand.Attestation;

/// <summary>The signature schemes that evidence and certificates use.</summary>
public enum SignatureScheme
{
    /// <summary>RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).</summary>
    RsaPkcs1 = 1,

    /// <summary>RSASSA-PSS with MGF1 of the same hash and a salt of its length (RFC 8017 section 8.1).</summary>
    RsaPss = 2,

    /// <summary>ECDSA (FIPS 186-5).</summary>
    Ecdsa = 3,
}
