using System.Buffers.Binary;
using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What a sealed result holds: the files that the app left and its log, padded so that its size says nothing of them.</summary>
/// <remarks>
/// <code>
/// offset   size   content
/// 0        8      n, the size of the map, big-endian
/// 8        n      canonical CBOR map { 0: 1, 1: [[name, bytes], …] in ordinal order of name, 2: log }
/// 8+n      …      zeros
/// </code>
/// The whole is <see cref="FramingSize"/> bytes and then the content (files and log) rounded up to a multiple of the padding, but at
/// least one multiple. So the size depends on the rounded content alone: not on names, nor on how many files there are.
/// </remarks>
/// <param name="Files">At most <see cref="FilesMax"/> with distinct names.</param>
/// <param name="Log">Standard output and error; may be empty.</param>
public sealed record ResultPackage(IReadOnlyList<ResultFile> Files, ReadOnlyMemory<byte> Log)
{
    /// <summary>The most files of one result.</summary>
    public const int FilesMax = 32;

    /// <summary>Room for the size, the map, names and lengths: 32 files with the longest names take less than 2,700 bytes.</summary>
    public const int FramingSize = 4096;

    private const ulong Version = 1;

    /// <summary>The HPKE info of the content key sealed to a recipient: H("errand/result-key/v1", network, task), 64 bytes.</summary>
    public static byte[] Context(NetworkId network, TaskId task) => new TaggedHash(Tags.ResultKey).Add(network.Value).Add(task.Value).ToBytes64();

    /// <summary>The plaintext to seal, in a pinned array that the caller zeroes.</summary>
    /// <param name="paddingBytes">At least 1; 1 rounds nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The padding is below 1, or the whole would be longer than an array.</exception>
    public byte[] EncodePadded(long paddingBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(paddingBytes, 1);
        long content = Files.Sum(file => (long)file.Content.Length) + Log.Length;
        long rounded = Math.Max(1, (content + paddingBytes - 1) / paddingBytes) * paddingBytes;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FramingSize + rounded, Array.MaxLength, nameof(paddingBytes));
        byte[] padded = GC.AllocateArray<byte>((int)(FramingSize + rounded), pinned: true);

        // The content goes straight to its place: a writer would leave copies behind that nobody can wipe.
        int end = sizeof(long);
        var heads = new CanonicalWriter();
        heads.Map(3).Key(0).UInt(Version).Key(1).Array(Files.Count);
        foreach (ResultFile file in Files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            heads.Array(2).Text(file.Name).BytesHeader(file.Content.Length);
            Append(padded, ref end, heads, file.Content.Span);
        }
        heads.Key(2).BytesHeader(Log.Length);
        Append(padded, ref end, heads, Log.Span);
        BinaryPrimitives.WriteInt64BigEndian(padded, end - sizeof(long));
        return padded;
    }

    /// <summary>Reads the plaintext of a result; null for anything else.</summary>
    public static ResultPackage? TryDecode(ReadOnlyMemory<byte> padded)
    {
        if (padded.Length < FramingSize) return null;
        ulong size = BinaryPrimitives.ReadUInt64BigEndian(padded.Span);
        if (size > (ulong)(padded.Length - sizeof(long)) || padded.Span[(sizeof(long) + (int)size)..].ContainsAnyExcept((byte)0)) return null;
        ReadOnlyMemory<byte> map = padded.Slice(sizeof(long), (int)size);
        if (!CanonicalCbor.IsCanonical(map.Span)) return null;

        var fields = new FieldReader(map.Span);
        ulong version = fields.UInt(0);
        ResultFile[] files = fields.Array<ResultFile>(1, FilesMax, TryReadFile);
        ReadOnlyMemory<byte> log = fields.Bytes(2, 0, int.MaxValue).ToArray();
        if (fields.Close() != FieldError.None || version != Version) return null;
        for (int i = 1; i < files.Length; i++)
            if (string.CompareOrdinal(files[i - 1].Name, files[i].Name) >= 0) return null;
        return new ResultPackage(files, log);
    }

    /// <summary>Finds the content key that a result's header holds for <paramref name="recipient"/>; null when there is none.</summary>
    public static ContentKey? TryOpenKey(SealedFileHeader header, NetworkId network, TaskId task, HpkePrivateKey recipient)
    {
        ArgumentNullException.ThrowIfNull(header);
        byte[] context = Context(network, task);
        foreach (ReadOnlyMemory<byte> stanza in header.Recipients)
        {
            if (!Hpke.TryOpen(recipient, context, [], stanza.Span, out byte[]? key)) continue;
            try
            {
                return key.Length == ContentKey.Size ? ContentKey.FromBytes(key) : null;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
            }
        }
        return null;
    }

    private static void Append(byte[] padded, ref int end, CanonicalWriter heads, ReadOnlySpan<byte> content)
    {
        heads.Span.CopyTo(padded.AsSpan(end));
        end += heads.Span.Length;
        heads.Clear();
        content.CopyTo(padded.AsSpan(end));
        end += content.Length;
    }

    private static bool TryReadFile(ReadOnlySpan<byte> item, out ResultFile file)
    {
        file = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2
            || !reader.TryReadText(ResultFile.NameSizeMax, out string name) || !ResultFile.IsName(name)
            || !reader.TryReadBytes(int.MaxValue, out ReadOnlySpan<byte> content)) return false;
        file = new ResultFile(name, content.ToArray());
        return true;
    }
}
