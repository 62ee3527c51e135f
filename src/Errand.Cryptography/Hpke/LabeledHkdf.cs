using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>LabeledExtract and LabeledExpand with HKDF-SHA256 (RFC 9180 section 4).</summary>
internal static class LabeledHkdf
{
    /// <summary>Length of an extracted key: SHA-256's output.</summary>
    internal const int ExtractSize = 32;

    private const int StackSizeMax = 256;

    private static ReadOnlySpan<byte> Version => "HPKE-v1"u8;

    /// <summary>Extract(salt, "HPKE-v1" || suite_id || label || ikm).</summary>
    internal static void Extract(ReadOnlySpan<byte> suiteId, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm, Span<byte> prk)
    {
        // Secrets are short and stay on the stack, where no collector copies them; only info, which is public, may be long.
        int size = Version.Length + suiteId.Length + label.Length + ikm.Length;
        Span<byte> labeledIkm = size <= StackSizeMax ? stackalloc byte[size] : new byte[size];
        try
        {
            Version.CopyTo(labeledIkm);
            suiteId.CopyTo(labeledIkm[Version.Length..]);
            label.CopyTo(labeledIkm[(Version.Length + suiteId.Length)..]);
            ikm.CopyTo(labeledIkm[(size - ikm.Length)..]);
            HKDF.Extract(HashAlgorithmName.SHA256, labeledIkm, salt, prk);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(labeledIkm);
        }
    }

    /// <summary>Expand(prk, I2OSP(L, 2) || "HPKE-v1" || suite_id || label || info, L) with L the length of <paramref name="output"/>.</summary>
    internal static void Expand(ReadOnlySpan<byte> suiteId, ReadOnlySpan<byte> prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, Span<byte> output)
    {
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)output.Length));
        byte[] labeledInfo = [.. length, .. Version, .. suiteId, .. label, .. info];
        HKDF.Expand(HashAlgorithmName.SHA256, prk, output, labeledInfo);
    }
}
