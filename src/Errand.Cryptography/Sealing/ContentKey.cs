using System.Security.Cryptography;
using System.Text;
using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>The 32-byte secret under which one asset is sealed.</summary>
/// <remarks>
/// One content key seals one asset: whoever is given the key can open everything sealed under it. The bytes lie in a pinned
/// array, so that the collector leaves no copies, and are zeroed by <see cref="Dispose"/>. Reading from several threads is
/// safe; disposing while another thread reads is not.
/// </remarks>
public sealed class ContentKey : IDisposable
{
    /// <summary>Length in bytes.</summary>
    public const int Size = SealedFormat.KeySize;

    private readonly byte[] _bytes = GC.AllocateArray<byte>(Size, pinned: true);
    private bool _disposed;

    private ContentKey()
    {
    }

    /// <summary>A new key from the system's random number generator.</summary>
    public static ContentKey Generate()
    {
        var key = new ContentKey();
        RandomNumberGenerator.Fill(key._bytes);
        return key;
    }

    /// <summary>A key from exactly 32 bytes, which are copied; wiping the source stays the caller's.</summary>
    /// <exception cref="ArgumentException"><paramref name="source"/> is not 32 bytes long.</exception>
    public static ContentKey FromBytes(ReadOnlySpan<byte> source)
    {
        if (source.Length != Size) throw new ArgumentException($"Expected {Size} bytes, got {source.Length}.", nameof(source));
        var key = new ContentKey();
        source.CopyTo(key._bytes);
        return key;
    }

    /// <summary>Writes the 32 secret bytes to the start of <paramref name="destination"/>, which the caller must zero after use.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than 32 bytes.</exception>
    public void DangerousExport(Span<byte> destination) => Bytes.CopyTo(destination);

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(ContentKey);

    /// <summary>HKDF-SHA-256(content key, salt, "errand/commit/v1"): binds a header to this key and no other.</summary>
    internal Bytes32 Commit(Bytes32 salt)
    {
        Span<byte> commitment = stackalloc byte[Bytes32.Size];
        Derive(salt, Encoding.ASCII.GetBytes(Tags.KeyCommitment), commitment);
        return new Bytes32(commitment);
    }

    /// <summary>Whether the header's commitment is to this key. Constant time in the key.</summary>
    internal bool IsCommittedBy(SealedFileHeader header)
    {
        Span<byte> computed = stackalloc byte[Bytes32.Size];
        Span<byte> claimed = stackalloc byte[Bytes32.Size];
        Commit(header.Salt).CopyTo(computed);
        header.KeyCommitment.CopyTo(claimed);
        return CryptographicOperations.FixedTimeEquals(computed, claimed);
    }

    /// <summary>HKDF-SHA-256 (RFC 5869) with this key as input keying material.</summary>
    internal void Derive(Bytes32 salt, ReadOnlySpan<byte> info, Span<byte> output)
    {
        Span<byte> saltBytes = stackalloc byte[Bytes32.Size];
        salt.CopyTo(saltBytes);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Bytes, output, saltBytes, info);
    }

    private ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }
}
