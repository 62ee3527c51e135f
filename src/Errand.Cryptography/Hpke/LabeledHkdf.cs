using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>LabeledExtract and LabeledExpand with HKDF-SHA256 (RFC 9180 section 4).</summary>
internal static class LabeledHkdf
{
    /// <summary>Length of an extracted key: SHA-256's output.</summary>
    internal const int ExtractSize = 32;

    private static ReadOnlySpan<byte> Version => "HPKE-v1"u8;

    /// <summary>Extract(salt, "HPKE-v1" || suite_id || label || ikm).</summary>
    internal static void Extract(ReadOnlySpan<byte> suiteId, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm, Span<byte> prk)
    {
        byte[] labeledIkm = [.. Version, .. suiteId, .. label, .. ikm];
        try
        {
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
