namespace Errand.Cryptography;

/// <summary>Key derivation functions, by their IANA HPKE numbers.</summary>
public enum HpkeKdf : ushort
{
    /// <summary>HKDF-SHA256, RFC 5869.</summary>
    HkdfSha256 = 0x0001,
}
