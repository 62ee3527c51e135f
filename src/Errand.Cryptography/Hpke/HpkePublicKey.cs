using System.Buffers.Binary;

namespace Errand.Cryptography;

/// <summary>A recipient's public key together with the suite its messages use. On the wire: suite (6 bytes), key (32 or 1216 bytes).</summary>
/// <remarks>An immutable value; equal when suite and key are.</remarks>
public sealed class HpkePublicKey : IEquatable<HpkePublicKey>
{
    /// <summary>Length on the wire of a key of the longest kind.</summary>
    public const int EncodedSizeMax = HpkeSuite.Size + XWingKem.PublicKeySize;

    private readonly byte[] _key;

    private HpkePublicKey(HpkeSuite suite, byte[] key)
    {
        Suite = suite;
        _key = key;
    }

    /// <summary>The algorithms.</summary>
    public HpkeSuite Suite { get; }

    /// <summary>The KEM's public key: <see cref="HpkeSuite.PublicKeySize"/> bytes.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Reads a key; null for unknown suites, other lengths and keys that are not valid.</summary>
    /// <remarks>An X25519 key must be canonical and not of small order, ML-KEM coefficients must be below the modulus (FIPS 203 section 7.2).</remarks>
    public static HpkePublicKey? TryParse(ReadOnlySpan<byte> encoded) =>
        encoded.Length > HpkeSuite.Size && HpkeSuite.TryRead(encoded[..HpkeSuite.Size]) is { } suite
            ? TryCreate(suite, encoded[HpkeSuite.Size..])
            : null;

    internal static HpkePublicKey? TryCreate(HpkeSuite suite, ReadOnlySpan<byte> key)
    {
        if (key.Length != suite.PublicKeySize) return null;
        bool valid = suite.Kem switch
        {
            HpkeKem.X25519HkdfSha256 => DhKemX25519.IsValidPublicKey(key),
            HpkeKem.XWing => XWingKem.IsValidPublicKey(key),
            _ => throw new InvalidOperationException($"No KEM {suite.Kem}."),
        };
        return valid ? new HpkePublicKey(suite, key.ToArray()) : null;
    }

    /// <summary>Suite and key as they go over the wire.</summary>
    public byte[] Encode()
    {
        var encoded = new byte[HpkeSuite.Size + _key.Length];
        Suite.CopyTo(encoded);
        _key.CopyTo(encoded, HpkeSuite.Size);
        return encoded;
    }

    /// <inheritdoc/>
    public bool Equals(HpkePublicKey? other) => other is not null && Suite == other.Suite && Key.SequenceEqual(other.Key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as HpkePublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_key);

    /// <summary>The suite and the first eight digits of the key.</summary>
    public override string ToString() => $"{nameof(HpkePublicKey)} {Suite} {Convert.ToHexStringLower(_key.AsSpan(0, 4))}";
}
