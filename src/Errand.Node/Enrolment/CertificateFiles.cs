using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Node;

/// <summary>Certificates in files, PEM or DER, as manufacturers give them out.</summary>
public static class CertificateFiles
{
    private const string Label = "CERTIFICATE";
    private const int SizeMax = 64 << 10;

    /// <summary>The certificate in a file, DER.</summary>
    /// <exception cref="EnrolmentException">There is none in it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ReadOnlyMemory<byte> Read(string file) =>
        TryRead(file) ?? throw new EnrolmentException("node/certificate", $"{file} is no certificate.", "Give a certificate in PEM or DER.");

    /// <summary>All certificates in a folder, by name of file; what is none is passed over.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> ReadFolder(string folder) =>
        [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(TryRead).OfType<ReadOnlyMemory<byte>>()];

    private static ReadOnlyMemory<byte>? TryRead(string file)
    {
        if (new FileInfo(file).Length > SizeMax) return null;
        byte[] bytes = File.ReadAllBytes(file);
        if (Certificate.TryParse(bytes) is { } der) return der.Encoded;
        string text = System.Text.Encoding.Latin1.GetString(bytes);
        if (!PemEncoding.TryFind(text, out PemFields fields) || text[fields.Label] != Label) return null;
        return Certificate.TryParse(Convert.FromBase64String(text[fields.Base64Data]))?.Encoded;
    }
}
