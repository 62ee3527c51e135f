using System.Buffers.Binary;
using System.Text;

namespace Errand.Attestation;

/// <summary>
/// The templates of measurement list entries (Linux, Documentation/security/IMA-templates.rst). Each field stands behind its length in four
/// little-endian bytes, which the template digest covers too; the original template <c>ima</c> has a form of its own.
/// </summary>
internal static class ImaTemplates
{
    /// <summary>The one template whose data has no length in front, in binary lists.</summary>
    internal const string Original = "ima";

    internal const int OriginalDigestSize = 20;

    /// <summary>Bytes of a path in the digest of the original template, zeros behind it.</summary>
    internal const int OriginalPathSize = 256;

    private const int FieldCountMax = 16;
    private const int PathSizeMax = 4096;

    private static readonly Dictionary<string, string[]> Fields = new(StringComparer.Ordinal)
    {
        ["ima-ng"] = ["d-ng", "n-ng"],
        ["ima-ngv2"] = ["d-ngv2", "n-ng"],
        ["ima-sig"] = ["d-ng", "n-ng", "sig"],
        ["ima-sigv2"] = ["d-ngv2", "n-ng", "sig"],
        ["ima-buf"] = ["d-ng", "n-ng", "buf"],
        ["ima-modsig"] = ["d-ng", "n-ng", "sig", "d-modsig", "modsig"],
        ["evm-sig"] = ["d-ng", "n-ng", "evmsig", "xattrnames", "xattrlengths", "xattrvalues", "iuid", "igid", "imode"],
    };

    /// <summary>The fields of a template by name or by its own format string; null when it does not begin with digest and path.</summary>
    internal static string[]? FieldsOf(string template)
    {
        string[] fields = Fields.TryGetValue(template, out string[]? known) ? known : template.Split('|');
        return fields is ["d-ng" or "d-ngv2", "n-ng", ..] && fields.Length <= FieldCountMax ? fields : null;
    }

    /// <summary>An entry of the original template; null when the path is too long.</summary>
    internal static ImaEntry? ReadOriginal(int pcr, ReadOnlyMemory<byte> templateDigest, ReadOnlyMemory<byte> fileDigest, ReadOnlyMemory<byte> path)
    {
        if (path.Length >= OriginalPathSize || fileDigest.Length != OriginalDigestSize || path.Span.Contains((byte)0)) return null;
        var data = new byte[OriginalDigestSize + OriginalPathSize];
        fileDigest.CopyTo(data);
        path.CopyTo(data.AsMemory(OriginalDigestSize));
        return new ImaEntry(pcr, templateDigest, Original, data) { HashName = "sha1", FileDigest = fileDigest, Path = Text(path.Span), Extra = default };
    }

    /// <summary>An entry of any other template, from its data; null when the data is not exactly the template's fields.</summary>
    internal static ImaEntry? Read(int pcr, ReadOnlyMemory<byte> templateDigest, string template, ReadOnlyMemory<byte> data)
    {
        if (FieldsOf(template) is not { } names) return null;
        var reader = new EventLogReader(data);
        var fields = new ReadOnlyMemory<byte>[names.Length];
        for (int i = 0; i < fields.Length; i++) fields[i] = reader.Bytes(reader.UInt32());
        if (reader.Failed || !reader.AtEnd) return null;

        // d-ng is "sha256:" with a zero behind it, d-ngv2 has a kind in front ("ima:", "verity:"); then the digest.
        int zero = fields[0].Span.IndexOf((byte)0);
        ReadOnlyMemory<byte> path = fields[1];
        if (zero < 2 || fields[0].Span[zero - 1] != ':' || path.Length is 0 or > PathSizeMax || path.Span.IndexOf((byte)0) != path.Length - 1) return null;
        string[] prefix = Text(fields[0].Span[..(zero - 1)]).Split(':');
        if (prefix.Length != (names[0] == "d-ngv2" ? 2 : 1)) return null;
        return new ImaEntry(pcr, templateDigest, template, data)
        {
            HashName = prefix[^1],
            FileDigest = fields[0][(zero + 1)..],
            Path = Text(path.Span[..^1]),
            Extra = fields.Length > 2 ? fields[2] : default,
        };
    }

    /// <summary>Template data from fields, each behind its length.</summary>
    internal static byte[] Encode(params ReadOnlySpan<byte[]> fields)
    {
        var data = new List<byte>();
        Span<byte> size = stackalloc byte[sizeof(uint)];
        foreach (byte[] field in fields)
        {
            BinaryPrimitives.WriteInt32LittleEndian(size, field.Length);
            data.AddRange(size);
            data.AddRange(field);
        }
        return [.. data];
    }

    // Paths are bytes; what is no UTF-8 shows as replacement characters, and the bytes stay in the template's data.
    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
