using System.Text;

namespace Errand.Attestation;

/// <summary>
/// A measurement list of the Linux kernel, in either form in which securityfs gives it: binary_runtime_measurements or
/// ascii_runtime_measurements. Strict: bytes that are no whole entry make the whole list malformed.
/// </summary>
/// <remarks>
/// <code>
/// pcr (4)  template digest (20, or as many as the list's hash has)  name size (4)  name  data size (4)  data
/// </code>
/// Little-endian. For the template <c>ima</c>: digest (20), path size (4), path, without a size of the whole.
/// </remarks>
public sealed class ImaLog
{
    /// <summary>The longest list read, in bytes: the kernel appends for as long as it runs.</summary>
    public const int SizeMax = 64 * 1024 * 1024;

    private const int EntryCountMax = 500_000;
    private const uint TemplateNameSizeMax = 255;
    private const int EntrySizeMax = 1024 * 1024;

    private ImaLog(List<ImaEntry> entries) => Entries = entries;

    /// <summary>All entries, in order.</summary>
    public IReadOnlyList<ImaEntry> Entries { get; }

    /// <summary>
    /// Reads the binary form; null when it is malformed. <paramref name="listHash"/> is the hash of the template digests in the list: SHA-1,
    /// except in the lists that newer kernels keep for each bank.
    /// </summary>
    public static ImaLog? TryParse(ReadOnlySpan<byte> bytes, TpmAlgorithm listHash = TpmAlgorithm.Sha1)
    {
        if (bytes.Length > SizeMax || listHash.ToHashName() is null) return null;
        var reader = new EventLogReader(bytes.ToArray());
        var entries = new List<ImaEntry>();
        while (!reader.AtEnd)
        {
            if (entries.Count == EntryCountMax || Read(ref reader, listHash) is not { } entry) return null;
            entries.Add(entry);
        }
        return reader.Failed ? null : new ImaLog(entries);
    }

    /// <summary>Reads the ASCII form, of the templates ima, ima-ng, ima-ngv2, ima-sig, ima-sigv2 and ima-buf; null when it is malformed.</summary>
    /// <remarks>The kernel writes blanks in paths as underscores there, so that entries with such paths no longer match their digests.</remarks>
    public static ImaLog? TryParseText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > SizeMax || !Ascii.IsValid(bytes) && !IsUtf8(bytes)) return null;
        var entries = new List<ImaEntry>();
        foreach (Range line in bytes.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> text = bytes[line];
            // Nothing stands behind the last line's end.
            if (text.IsEmpty && line.End.Value == bytes.Length) continue;
            if (entries.Count == EntryCountMax || text.Length > EntrySizeMax || ImaTextEntry.TryParse(text) is not { } entry) return null;
            entries.Add(entry);
        }
        return new ImaLog(entries);
    }

    private static ImaEntry? Read(ref EventLogReader reader, TpmAlgorithm listHash)
    {
        uint pcr = reader.UInt32();
        ReadOnlyMemory<byte> templateDigest = reader.Bytes((uint)listHash.DigestSize());
        uint nameSize = reader.UInt32();
        if (reader.Failed || pcr >= PcrSet.Count || nameSize is 0 or > TemplateNameSizeMax) return null;
        ReadOnlyMemory<byte> name = reader.Bytes(nameSize);
        if (reader.Failed || !Ascii.IsValid(name.Span)) return null;
        string template = Encoding.ASCII.GetString(name.Span);
        if (template == ImaTemplates.Original)
        {
            ReadOnlyMemory<byte> fileDigest = reader.Bytes(ImaTemplates.OriginalDigestSize);
            ReadOnlyMemory<byte> path = reader.Bytes(reader.UInt32());
            return reader.Failed ? null : ImaTemplates.ReadOriginal((int)pcr, templateDigest, fileDigest, path);
        }
        uint size = reader.UInt32();
        ReadOnlyMemory<byte> data = reader.Bytes(size);
        return reader.Failed || size > EntrySizeMax ? null : ImaTemplates.Read((int)pcr, templateDigest, template, data);
    }

    private static bool IsUtf8(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);
}
