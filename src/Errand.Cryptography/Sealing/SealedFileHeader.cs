using System.Buffers.Binary;
using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>The header of a sealed file, with every size and offset that follows from it. Layout: <see cref="SealedFormat"/>.</summary>
/// <remarks>
/// Until the tag of chunk 0 has held, or the content id, a header is only a claim. Parsed headers are kept as the bytes received.
/// </remarks>
public sealed class SealedFileHeader
{
    private const int VersionKey = 0, ChunkSizeKey = 1, PlaintextLengthKey = 2, SaltKey = 3, CommitmentKey = 4, RecipientsKey = 5, FolderKey = 6;

    private readonly byte[] _encoded;

    private SealedFileHeader(byte[] encoded, int chunkSize, long plaintextLength, Bytes32 salt, Bytes32 commitment, ReadOnlyMemory<byte>[] recipients, int folderIndexSize)
    {
        _encoded = encoded;
        ChunkSize = chunkSize;
        PlaintextLength = plaintextLength;
        Salt = salt;
        KeyCommitment = commitment;
        Recipients = recipients;
        FolderIndexSize = folderIndexSize;
    }

    /// <summary>Plaintext bytes in every chunk but the last: a power of two, 4 KiB … 1 MiB.</summary>
    public int ChunkSize { get; }

    /// <summary>Plaintext bytes, 0 … 2^48.</summary>
    public long PlaintextLength { get; }

    /// <summary>The salt of all key derivations.</summary>
    public Bytes32 Salt { get; }

    /// <summary>The commitment to the content key.</summary>
    public Bytes32 KeyCommitment { get; }

    /// <summary>The content key sealed to recipients by the caller: at most 64 stanzas of 1 … 4,000 bytes, not interpreted here.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Recipients { get; }

    /// <summary>Bytes of the index with which the plaintext begins when it is a folder; 0 when it is a file. What is in it is not looked at here.</summary>
    public int FolderIndexSize { get; }

    /// <summary>True when the plaintext is a folder.</summary>
    public bool IsFolder => FolderIndexSize > 0;

    /// <summary>The exact bytes of the header, magic included.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>Bytes of the header, magic included; the offset of chunk 0.</summary>
    public int Size => _encoded.Length;

    /// <summary>How many chunks follow: at least one.</summary>
    public long ChunkCount => Math.Max(1, (PlaintextLength + ChunkSize - 1) / ChunkSize);

    /// <summary>Bytes of the whole sealed file, header included.</summary>
    public long CiphertextLength => Size + PlaintextLength + ChunkCount * SealedFormat.TagSize;

    /// <summary>Bytes of chunk <paramref name="chunk"/> in the file, tag included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such chunk.</exception>
    public int SealedChunkSize(long chunk) => PlainChunkSize(chunk) + SealedFormat.TagSize;

    /// <summary>Plaintext bytes of chunk <paramref name="chunk"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such chunk.</exception>
    public int PlainChunkSize(long chunk)
    {
        CheckChunk(chunk);
        return (int)Math.Min(ChunkSize, PlaintextLength - chunk * ChunkSize);
    }

    /// <summary>Where chunk <paramref name="chunk"/> begins in the file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such chunk.</exception>
    public long ChunkOffset(long chunk)
    {
        CheckChunk(chunk);
        return Size + chunk * (ChunkSize + SealedFormat.TagSize);
    }

    /// <summary>Reads the size of a whole header from its first 12 bytes.</summary>
    /// <returns>False unless <paramref name="prefix"/> is the magic and an allowed size.</returns>
    public static bool TryReadSize(ReadOnlySpan<byte> prefix, out int size)
    {
        size = 0;
        if (prefix.Length != SealedFormat.PrefixSize || !prefix.StartsWith(SealedFormat.Magic)) return false;
        uint mapSize = BinaryPrimitives.ReadUInt32BigEndian(prefix[SealedFormat.Magic.Length..]);
        if (mapSize > SealedFormat.HeaderSizeMax - SealedFormat.PrefixSize) return false;
        size = SealedFormat.PrefixSize + (int)mapSize;
        return true;
    }

    /// <summary>Reads a header from exactly its bytes; null for anything outside the format.</summary>
    public static SealedFileHeader? TryParse(ReadOnlySpan<byte> header)
    {
        if (header.Length < SealedFormat.PrefixSize || !TryReadSize(header[..SealedFormat.PrefixSize], out int size) || size != header.Length) return null;
        ReadOnlySpan<byte> map = header[SealedFormat.PrefixSize..];
        if (!CanonicalCbor.IsCanonical(map)) return null;

        var fields = new FieldReader(map);
        if (fields.Int(VersionKey) != SealedFormat.Version) return null;
        int chunkSize = fields.Int(ChunkSizeKey);
        long length = (long)fields.UInt(PlaintextLengthKey, (ulong)SealedFormat.PlaintextLengthMax);
        Bytes32 salt = fields.Bytes32(SaltKey);
        Bytes32 commitment = fields.Bytes32(CommitmentKey);
        ReadOnlyMemory<byte>[] recipients = [];
        if (fields.Has(RecipientsKey))
        {
            recipients = fields.Array<ReadOnlyMemory<byte>>(RecipientsKey, SealedFormat.RecipientCountMax, TryReadRecipient);
            // No recipients are written by leaving the field out, so an empty list would be a second form of the same header.
            if (recipients.Length == 0) return null;
        }

        int folder = 0;
        if (fields.Has(FolderKey))
        {
            folder = fields.Int(FolderKey, SealedFormat.FolderIndexSizeMax);
            // A file is said by leaving the field out.
            if (folder == 0 || folder > length) return null;
        }

        if (fields.Close() != FieldError.None || !SealedFormat.IsChunkSize(chunkSize)) return null;
        return new SealedFileHeader(header.ToArray(), chunkSize, length, salt, commitment, recipients, folder);
    }

    /// <summary>Puts the header for a new file together.</summary>
    /// <exception cref="ArgumentException">A value lies outside the format.</exception>
    internal static SealedFileHeader Create(ContentKey key, long plaintextLength, Bytes32 salt, SealOptions options)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> recipients = options.Recipients;
        var map = new CanonicalWriter();
        map.Map(5 + (recipients.Count == 0 ? 0 : 1) + (options.FolderIndexSize == 0 ? 0 : 1))
            .Key(VersionKey).UInt(SealedFormat.Version)
            .Key(ChunkSizeKey).UInt((ulong)options.ChunkSize)
            .Key(PlaintextLengthKey).UInt((ulong)plaintextLength)
            .Key(SaltKey).Bytes(salt)
            .Key(CommitmentKey).Bytes(key.Commit(salt));
        if (recipients.Count > 0)
        {
            map.Key(RecipientsKey).Array(recipients.Count);
            foreach (ReadOnlyMemory<byte> recipient in recipients) map.Bytes(recipient.Span);
        }

        if (options.FolderIndexSize != 0) map.Key(FolderKey).UInt((ulong)options.FolderIndexSize);

        Span<byte> size = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(size, (uint)map.Span.Length);
        // Parsing what was written leaves one place that knows the format's bounds.
        return TryParse([.. SealedFormat.Magic, .. size, .. map.Span])
            ?? throw new ArgumentException("The chunk size, plaintext length, recipients or index size lie outside the format (SealedFormat states the bounds).");
    }

    private static bool TryReadRecipient(ReadOnlySpan<byte> item, out ReadOnlyMemory<byte> recipient)
    {
        bool read = new CanonicalReader(item).TryReadBytes(SealedFormat.RecipientSizeMax, out ReadOnlySpan<byte> bytes);
        recipient = bytes.ToArray();
        return read && bytes.Length > 0;
    }

    private void CheckChunk(long chunk)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chunk);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chunk, ChunkCount);
    }
}
