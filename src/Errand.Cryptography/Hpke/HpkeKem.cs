namespace Errand.Cryptography;

/// <summary>Key encapsulation mechanisms, by their IANA HPKE numbers.</summary>
public enum HpkeKem : ushort
{
    /// <summary>DHKEM(X25519, HKDF-SHA256), RFC 9180 section 7.1.</summary>
    X25519HkdfSha256 = 0x0020,

    /// <summary>X-Wing: X25519 with ML-KEM-768 (draft-connolly-cfrg-xwing-kem). Secure while either of the two is.</summary>
    XWing = 0x647A,
}
