using System.Security.Cryptography;

namespace Errand.Primitives;

/// <summary>
/// H(tag, fields…): SHA-512 of the canonical CBOR array [tag, fields…] (docs/protocol.md section 2). Its first 32 bytes serve
/// where an id, a digest or a TPM nonce is meant.
/// </summary>
/// <remarks>Public data only. Not thread-safe; an instance is read once.</remarks>
public sealed class TaggedHash
{
    private const int HeaderSizeMax = 3;
    private const int AtOnceSizeMax = 512;
    private readonly CanonicalWriter _fields = new();
    private int _count = 1;

    /// <summary>Begins an input with a label from <see cref="Tags"/>.</summary>
    public TaggedHash(string tag) => _fields.Text(tag);

    /// <summary>Adds a byte string.</summary>
    public TaggedHash Add(ReadOnlySpan<byte> bytes)
    {
        _fields.Bytes(bytes);
        _count++;
        return this;
    }

    /// <summary>Adds a byte string of 32 bytes.</summary>
    public TaggedHash Add(Bytes32 value)
    {
        _fields.Bytes(value);
        _count++;
        return this;
    }

    /// <summary>Adds an unsigned integer.</summary>
    public TaggedHash Add(ulong value)
    {
        _fields.UInt(value);
        _count++;
        return this;
    }

    /// <summary>Adds a text string.</summary>
    public TaggedHash Add(string text)
    {
        _fields.Text(text);
        _count++;
        return this;
    }

    /// <summary>Writes all 64 bytes of the hash.</summary>
    public void WriteTo(Span<byte> destination)
    {
        Span<byte> header = stackalloc byte[HeaderSizeMax];
        header = header[..CanonicalWriter.WriteArrayHeader(header, _count)];
        ReadOnlySpan<byte> fields = _fields.Span;
        if (fields.Length <= AtOnceSizeMax)
        {
            // Nearly every input: one call, and nothing is allocated.
            Span<byte> input = stackalloc byte[HeaderSizeMax + AtOnceSizeMax];
            header.CopyTo(input);
            fields.CopyTo(input[header.Length..]);
            SHA512.HashData(input[..(header.Length + fields.Length)], destination);
            return;
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(header);
        hash.AppendData(fields);
        hash.GetHashAndReset(destination);
    }

    /// <summary>All 64 bytes of the hash.</summary>
    public byte[] ToBytes64()
    {
        var bytes = new byte[64];
        WriteTo(bytes);
        return bytes;
    }

    /// <summary>The first 32 bytes of the hash.</summary>
    public Bytes32 ToDigest()
    {
        Span<byte> bytes = stackalloc byte[64];
        WriteTo(bytes);
        return new Bytes32(bytes[..32]);
    }
}
