using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What a sealed folder begins with (docs/protocol/sealed-files.md, 8.1): its files in order, whose contents follow one after the other.</summary>
/// <remarks>
/// <code>
/// folder-index = [1*65536 folder-entry]
/// folder-entry = [path, uint] / [path]     ; a file and its size; a folder with nothing in it
/// path         = [1*8 text]                ; names of 1 to 255 bytes
/// </code>
/// A folder has one index: entries rise by their names' bytes, sizes add up to what follows the index.
/// </remarks>
public sealed class FolderIndex
{
    /// <summary>The most entries.</summary>
    public const int CountMax = 65_536;

    /// <summary>The most names in a path.</summary>
    public const int DepthMax = 8;

    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int NameSizeMax = 255;

    /// <summary>The longest index, in bytes.</summary>
    public const int SizeMax = SealedFormat.FolderIndexSizeMax;

    private FolderIndex(ImmutableArray<FolderEntry> entries, long contentBytes)
    {
        Entries = entries;
        ContentBytes = contentBytes;
    }

    /// <summary>Files and empty folders, in order.</summary>
    public ImmutableArray<FolderEntry> Entries { get; }

    /// <summary>Bytes of all files together.</summary>
    public long ContentBytes { get; }

    /// <summary>True for what can name a file or folder: 1 to 255 bytes of UTF-8 without control characters and slashes, neither <c>.</c> nor <c>..</c>.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > NameSizeMax || name is "." or ".." || name.Any(letter => char.IsControl(letter) || letter == '/')) return false;
        return IsWellFormed(name) && Encoding.UTF8.GetByteCount(name) <= NameSizeMax;
    }

    /// <summary>Puts files and empty folders in order.</summary>
    /// <param name="files">Paths, with sizes for files, in any order.</param>
    /// <returns>Null when a path is none, a file is named twice or stands in another's way, or there are none or too many.</returns>
    public static FolderIndex? TryMake(IEnumerable<(string Path, long? SizeBytes)> files)
    {
        var ordered = files.Select(file => (file.Path, file.SizeBytes, Key: KeyOf(file.Path))).ToList();
        ordered.Sort((first, second) => first.Key.AsSpan().SequenceCompareTo(second.Key));
        return TryArrange(ordered.Select(file => (file.Path.Split('/'), file.SizeBytes)));
    }

    /// <summary>Reads an index; false unless it is exactly one, and its files make up exactly what follows it.</summary>
    /// <param name="encoded">The index.</param>
    /// <param name="contentBytes">Bytes that follow it.</param>
    /// <param name="index">The index; null when false.</param>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, long contentBytes, [NotNullWhen(true)] out FolderIndex? index)
    {
        index = null;
        if (encoded.Length > SizeMax) return false;
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(CountMax, out int count)) return false;
        var read = new List<(string[], long?)>();
        for (; count > 0; count--)
        {
            if (!TryReadEntry(ref reader, out string[] names, out long? size)) return false;
            read.Add((names, size));
        }
        index = reader.AtEnd && TryArrange(read) is { } made && made.ContentBytes == contentBytes ? made : null;
        return index is not null;
    }

    /// <summary>The encoded bytes.</summary>
    /// <exception cref="InvalidOperationException">They would be longer than <see cref="SizeMax"/>.</exception>
    public byte[] Encode()
    {
        CanonicalWriter writer = new CanonicalWriter().Array(Entries.Length);
        foreach (FolderEntry entry in Entries)
        {
            string[] names = entry.Path.Split('/');
            writer.Array(entry.SizeBytes is null ? 1 : 2).Array(names.Length);
            foreach (string name in names) writer.Text(name);
            if (entry.SizeBytes is { } size) writer.UInt((ulong)size);
        }
        return writer.Span.Length <= SizeMax ? writer.ToArray() : throw new InvalidOperationException($"The index is longer than {SizeMax} bytes.");
    }

    // In order already; the order and all bounds are checked.
    private static FolderIndex? TryArrange(IEnumerable<(string[] Names, long? SizeBytes)> files)
    {
        var entries = ImmutableArray.CreateBuilder<FolderEntry>();
        byte[] before = [];
        long offset = 0;
        foreach ((string[] names, long? size) in files)
        {
            if (names.Length is 0 or > DepthMax || !Array.TrueForAll(names, IsName)) return null;
            string path = string.Join('/', names);
            byte[] key = KeyOf(path);
            // What comes before and begins alike would have to be a folder.
            if (entries.Count > 0 && (before.AsSpan().SequenceCompareTo(key) >= 0 || IsAbove(before, key))) return null;
            if (entries.Count == CountMax || size is < 0 || size > SealedFormat.PlaintextLengthMax - offset) return null;
            entries.Add(new FolderEntry(path, size, offset));
            offset += size ?? 0;
            before = key;
        }
        return entries.Count > 0 ? new FolderIndex(entries.ToImmutable(), offset) : null;
    }

    // Bytes that sort as the names do one by one: no name has a NUL, and a shorter path comes first.
    private static byte[] KeyOf(string path) => Encoding.UTF8.GetBytes(path.Replace('/', '\0'));

    private static bool IsAbove(byte[] folder, byte[] path) => path.Length > folder.Length && path[folder.Length] == 0 && path.AsSpan().StartsWith(folder);

    private static bool TryReadEntry(ref CanonicalReader reader, out string[] names, out long? size)
    {
        (names, size) = ([], null);
        if (!reader.TryReadArrayHeader(2, out int parts) || parts == 0 || !reader.TryReadArrayHeader(DepthMax, out int depth) || depth == 0) return false;
        names = new string[depth];
        for (int i = 0; i < depth; i++)
            if (!reader.TryReadText(NameSizeMax, out names[i])) return false;
        if (parts == 1) return true;
        bool read = reader.TryReadUInt(out ulong bytes) && bytes <= (ulong)SealedFormat.PlaintextLengthMax;
        size = read ? (long)bytes : null;
        return read;
    }

    // Halves of surrogate pairs alone have no bytes of their own.
    private static bool IsWellFormed(string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogatePair(name, i)) i++;
            else if (char.IsSurrogate(name[i])) return false;
        }
        return true;
    }
}
