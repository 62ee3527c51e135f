using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>The form of secret arguments once opened: a canonical CBOR array of text strings, without NUL. They follow the public arguments.</summary>
public static class SecretArguments
{
    private const int TextSizeMax = 64 * 1024;

    /// <summary>The bytes to seal.</summary>
    public static byte[] Encode(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var writer = new CanonicalWriter().Array(arguments.Count);
        foreach (string argument in arguments) writer.Text(argument);
        return writer.ToArray();
    }

    /// <summary>Reads them; false for anything else.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> plaintext, [NotNullWhen(true)] out string[]? arguments)
    {
        arguments = null;
        var reader = new CanonicalReader(plaintext);
        if (!reader.TryReadArrayHeader(ProtocolLimits.ArgumentsMax, out int count)) return false;
        var texts = new string[count];
        for (int i = 0; i < count; i++)
            if (!reader.TryReadText(TextSizeMax, out texts[i]) || texts[i].Contains('\0', StringComparison.Ordinal)) return false;
        if (!reader.AtEnd) return false;
        arguments = texts;
        return true;
    }
}
