using System.Buffers.Text;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>A list of certificates in PEM (RFC 7468): nothing but certificates, with white space between.</summary>
public static class PemCertificates
{
    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>The DER certificates; null for anything else between them, for bad base 64, for none, and for more than <paramref name="countMax"/>.</summary>
    /// <remarks>NUL bytes at the end, which quotes have there, are left out.</remarks>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? TryRead(ReadOnlySpan<byte> text, int countMax)
    {
        var certificates = new List<ReadOnlyMemory<byte>>();
        text = text.TrimEnd((byte)0).Trim(WhiteSpace);
        while (!text.IsEmpty)
        {
            if (certificates.Count == countMax || !PemEncoding.TryFindUtf8(text, out PemFields fields) || fields.Location.Start.Value != 0 || !text[fields.Label].SequenceEqual("CERTIFICATE"u8)) return null;
            var der = new byte[fields.DecodedDataLength];
            if (Base64.DecodeFromUtf8(text[fields.Base64Data], der, out _, out int written) != System.Buffers.OperationStatus.Done || written != der.Length) return null;
            certificates.Add(der);
            text = text[fields.Location.End..].TrimStart(WhiteSpace);
        }
        return certificates.Count == 0 ? null : certificates;
    }
}
