using System.Security.Cryptography;
using System.Text;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>The roots of a case: the one in its file, where it has one, and nothing else; else the vendors'.</summary>
internal static class CaseRoots
{
    internal static TrustedRoots Read(VectorCase vector, RootClass rootClass) => vector.Find("root-certificate") is { } file
        ? TrustedRoots.None.Pin(rootClass, "root of the case", ReadCertificate(file).SpkiDigest)
        : TrustedRoots.Vendors;

    /// <summary>A certificate in PEM or DER.</summary>
    internal static Certificate ReadCertificate(byte[] file)
    {
        string text = Encoding.ASCII.GetString(file);
        byte[] der = PemEncoding.TryFind(text, out PemFields fields) ? Convert.FromBase64String(text[fields.Base64Data]) : file;
        return Certificate.TryParse(der) ?? throw new InvalidDataException("A certificate of the case is unreadable.");
    }
}
