using System.Globalization;
using System.Text;

namespace Errand.Attestation;

/// <summary>One line of ascii_runtime_measurements: PCR, template digest, template, then the template's fields, a blank before each.</summary>
internal static class ImaTextEntry
{
    private const int FieldCountMax = 6;

    internal static ImaEntry? TryParse(ReadOnlySpan<byte> line)
    {
        string[] parts = Encoding.UTF8.GetString(line).Split(' ', FieldCountMax + 1);
        // "10 " and " 5 " are both written for PCRs.
        if (parts is ["", .. var rest]) parts = rest;
        if (parts.Length is < 5 or > FieldCountMax || !int.TryParse(parts[0], NumberStyles.None, null, out int pcr) || pcr >= PcrSet.Count) return null;
        if (Hex(parts[1]) is not { Length: 20 or 32 or 48 or 64 } templateDigest) return null;
        string template = parts[2];
        byte[] path = Encoding.UTF8.GetBytes(parts[4]);
        if (template == ImaTemplates.Original) return parts.Length == 5 && Hex(parts[3]) is { } original ? ImaTemplates.ReadOriginal(pcr, templateDigest, original, path) : null;

        if (ImaTemplates.FieldsOf(template) is not { Length: 2 or 3 } names || parts[3].LastIndexOf(':') is not (> 0 and var colon) || Hex(parts[3][(colon + 1)..]) is not { } digest) return null;
        byte[] digestField = [.. Encoding.UTF8.GetBytes(parts[3][..(colon + 1)]), 0, .. digest];
        byte[] pathField = [.. path, 0];
        // An absent signature leaves the blank before it.
        byte[]? extra = parts.Length == 6 ? Hex(parts[5]) : [];
        if (extra is null || (names.Length == 2 && parts.Length != 5)) return null;
        return ImaTemplates.Read(pcr, templateDigest, template, names.Length == 2 ? ImaTemplates.Encode(digestField, pathField) : ImaTemplates.Encode(digestField, pathField, extra));
    }

    private static byte[]? Hex(string text)
    {
        var bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : null;
    }
}
