using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>The byte format of sealed files (docs/protocol.md section 8): one for data, apps and results.</summary>
/// <remarks>
/// <code>
/// offset      size    content
/// 0           8       magic: 45 52 52 41 4E 44 1A 0A  ("ERRAND", SUB, LF: a transfer in text mode breaks it at once)
/// 8           4       n, the size of the map, big-endian
/// 12          n       canonical CBOR map
///                       0: 1                   format version
///                       1: chunk size c        a power of two, 4 KiB … 1 MiB
///                       2: plaintext length    bytes, 0 … 2^48
///                       3: salt                32 bytes, random
///                       4: key commitment      HKDF-SHA-256(content key, salt, "errand/commit/v1"), 32 bytes
///                     [ 5: [stanza, …]         1 … 64 recipients, 1 … 4,000 opaque bytes each; left out when there are none ]
///                     [ 6: index size          the plaintext is a folder, and this many bytes of it are its index: 1 … 2 MiB; left out for a file ]
/// 12+n        c+16    chunk 0: AES-256-GCM ciphertext, then its tag
/// …
///             r+16    last chunk: what remains, r = 1 … c
/// </code>
/// "Header" is everything before chunk 0. There are max(1, ⌈length / c⌉) chunks: an empty plaintext has one empty chunk, so
/// that every file has a tag that proves its header to whoever holds the key. All sizes follow from the header, so a plaintext
/// length has exactly one layout.
/// <para>
/// Chunks are sealed with STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): file key = HKDF-SHA-256(content key, salt,
/// H("errand/file-key/v1", header)); nonce = 0x000000, chunk number (8 bytes, big-endian), 0x01 for the last chunk or else
/// 0x00; no associated data, since the key is bound to the header. AES-GCM by itself commits to no key; the key commitment does.
/// </para>
/// <para>
/// Content id = H("errand/content/v1", leaf count, plaintext length, RFC 9162 tree hash over [header, chunk 0, …]), each leaf
/// with its tag. Leaf count is chunk count + 1.
/// </para>
/// </remarks>
public static class SealedFormat
{
    /// <summary>The format version this code writes and reads.</summary>
    public const int Version = 1;

    /// <summary>Bytes before the header's map: magic and size.</summary>
    public const int PrefixSize = 12;

    /// <summary>The longest header, prefix included, that any reader accepts.</summary>
    public const int HeaderSizeMax = 256 * 1024;

    /// <summary>The smallest chunk: below it tags and calls cost more than data.</summary>
    public const int ChunkSizeMin = 4 * 1024;

    /// <summary>The chunk size where nothing else is asked for.</summary>
    public const int ChunkSizeDefault = 64 * 1024;

    /// <summary>The chunk size for big data that is read from end to end.</summary>
    public const int ChunkSizeSequential = 256 * 1024;

    /// <summary>The largest chunk: what a reader must be able to hold before it may give out the first byte.</summary>
    public const int ChunkSizeMax = 1024 * 1024;

    /// <summary>The longest plaintext. 2^44 AES blocks under one key keep GCM's distinguishing bound below 2^-40.</summary>
    public const long PlaintextLengthMax = 1L << 48;

    /// <summary>The most recipients of one file.</summary>
    public const int RecipientCountMax = 64;

    /// <summary>The longest recipient stanza; an HPKE message with X-Wing takes about 1,200 bytes.</summary>
    public const int RecipientSizeMax = 4_000;

    /// <summary>The longest index of a folder.</summary>
    public const int FolderIndexSizeMax = 2 << 20;

    /// <summary>AES-GCM tag after each chunk's ciphertext.</summary>
    public const int TagSize = 16;

    /// <summary>AES-256 and content key size.</summary>
    public const int KeySize = 32;

    internal const int NonceSize = 12;

    /// <summary>The first eight bytes of every sealed file.</summary>
    public static ReadOnlySpan<byte> Magic => "ERRAND\x1A\n"u8;

    /// <summary>True for the powers of two from <see cref="ChunkSizeMin"/> to <see cref="ChunkSizeMax"/>.</summary>
    public static bool IsChunkSize(long size) => size is >= ChunkSizeMin and <= ChunkSizeMax && (size & (size - 1)) == 0;

    /// <summary>H("errand/content/v1", leaf count, plaintext length, tree hash).</summary>
    internal static ContentId Identify(SealedFileHeader header, Bytes32 treeHash) => new(new TaggedHash(Tags.Content)
        .Add((ulong)header.ChunkCount + 1)
        .Add((ulong)header.PlaintextLength)
        .Add(treeHash)
        .ToDigest());
}
