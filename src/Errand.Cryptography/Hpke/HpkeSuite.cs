using System.Buffers.Binary;

namespace Errand.Cryptography;

/// <summary>The algorithms of an HPKE message (RFC 9180 section 7). On the wire: kem id, kdf id, aead id, two bytes each, big-endian.</summary>
public sealed record HpkeSuite
{
    /// <summary>Length of a suite on the wire.</summary>
    public const int Size = 6;

    private HpkeSuite(HpkeKem kem, HpkeKdf kdf, HpkeAead aead)
    {
        Kem = kem;
        Kdf = kdf;
        Aead = aead;
        (PublicKeySize, EncSize) = kem switch
        {
            HpkeKem.X25519HkdfSha256 => (DhKemX25519.PublicKeySize, DhKemX25519.EncSize),
            HpkeKem.XWing => (XWingKem.PublicKeySize, XWingKem.EncSize),
            _ => throw new ArgumentOutOfRangeException(nameof(kem)),
        };
        if (kdf != HpkeKdf.HkdfSha256) throw new ArgumentOutOfRangeException(nameof(kdf));
        AeadKeySize = aead switch
        {
            HpkeAead.Aes128Gcm => 16,
            HpkeAead.Aes256Gcm or HpkeAead.ChaCha20Poly1305 => 32,
            _ => throw new ArgumentOutOfRangeException(nameof(aead)),
        };
    }

    /// <summary>X-Wing, HKDF-SHA256, AES-256-GCM: what the protocol uses where nothing else is said.</summary>
    public static HpkeSuite Default { get; } = Create(HpkeKem.XWing, HpkeAead.Aes256Gcm);

    /// <summary>How keys are encapsulated.</summary>
    public HpkeKem Kem { get; }

    /// <summary>How keys are derived.</summary>
    public HpkeKdf Kdf { get; }

    /// <summary>How content is encrypted.</summary>
    public HpkeAead Aead { get; }

    /// <summary>Length of a public key: 32 for X25519, 1216 for X-Wing.</summary>
    public int PublicKeySize { get; }

    /// <summary>Length of an encapsulated key: 32 for X25519, 1120 for X-Wing.</summary>
    public int EncSize { get; }

    /// <summary>How much longer than its plaintext a message is: encapsulated key and tag.</summary>
    public int Overhead => EncSize + HpkeContext.TagSize;

    internal int AeadKeySize { get; }

    /// <summary>The suite of a KEM and an AEAD with HKDF-SHA256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not one of the enum's.</exception>
    public static HpkeSuite Create(HpkeKem kem, HpkeAead aead) => new(kem, HpkeKdf.HkdfSha256, aead);

    /// <summary>Reads a suite from exactly <see cref="Size"/> bytes; null for other lengths and for ids that are not known here.</summary>
    public static HpkeSuite? TryRead(ReadOnlySpan<byte> source)
    {
        if (source.Length != Size) return null;
        var kem = (HpkeKem)BinaryPrimitives.ReadUInt16BigEndian(source);
        var kdf = (HpkeKdf)BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        var aead = (HpkeAead)BinaryPrimitives.ReadUInt16BigEndian(source[4..]);
        return Enum.IsDefined(kem) && Enum.IsDefined(kdf) && Enum.IsDefined(aead) ? new HpkeSuite(kem, kdf, aead) : null;
    }

    /// <summary>Writes <see cref="Size"/> bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)Kem);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)Kdf);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)Aead);
    }

    /// <summary>The names of the three algorithms.</summary>
    public override string ToString() => $"{Kem}, {Kdf}, {Aead}";
}
