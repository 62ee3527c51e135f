namespace Errand.Cryptography;

/// <summary>Authenticated encryption algorithms, by their IANA HPKE numbers. All have 12-byte nonces and 16-byte tags.</summary>
public enum HpkeAead : ushort
{
    /// <summary>AES-128-GCM.</summary>
    Aes128Gcm = 0x0001,

    /// <summary>AES-256-GCM.</summary>
    Aes256Gcm = 0x0002,

    /// <summary>ChaCha20-Poly1305, RFC 8439.</summary>
    ChaCha20Poly1305 = 0x0003,
}
