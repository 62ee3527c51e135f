using System.Security.Cryptography;
using System.Text;

namespace Errand.Platform;

/// <summary>Elliptic curve keys derived from a seed: the same seed gives the same key on every machine.</summary>
internal static class DevelopmentKeys
{
    /// <summary>Order of P-256 (FIPS 186-5; SP 800-186, section 3.2.1.3).</summary>
    private const string OrderP256 = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

    /// <summary>Order of P-384 (SP 800-186, section 3.2.1.4).</summary>
    private const string OrderP384 = "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973";

    internal static ECParameters DeriveP256(ReadOnlySpan<byte> seed, string label, ReadOnlySpan<byte> context) => Derive(seed, label, context, ECCurve.NamedCurves.nistP256, OrderP256);

    internal static ECParameters DeriveP384(ReadOnlySpan<byte> seed, string label, ReadOnlySpan<byte> context) => Derive(seed, label, context, ECCurve.NamedCurves.nistP384, OrderP384);

    /// <summary>Imports a PKCS#8 private key of one size; false for anything else.</summary>
    internal static bool TryImport(AsymmetricAlgorithm key, ReadOnlySpan<byte> pkcs8, int sizeBits)
    {
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out int read);
            return read == pkcs8.Length && key.KeySize == sizeBits;
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException or PlatformNotSupportedException)
        {
            // What the platform throws for other keys, partial keys and curves that it does not know.
            return false;
        }
    }

    // Rejection sampling: candidates that are zero or not below the order are skipped.
    private static ECParameters Derive(ReadOnlySpan<byte> seed, string label, ReadOnlySpan<byte> context, ECCurve curve, string orderHex)
    {
        byte[] order = Convert.FromHexString(orderHex);
        for (byte attempt = 0; ; attempt++)
        {
            var scalar = new byte[order.Length];
            byte[] info = [.. Encoding.ASCII.GetBytes(label), 0, attempt, .. context];
            HKDF.DeriveKey(HashAlgorithmName.SHA512, seed, scalar, [], info);
            if (scalar.AsSpan().SequenceCompareTo(order) < 0 && scalar.AsSpan().ContainsAnyExcept((byte)0)) return new ECParameters { Curve = curve, D = scalar };
        }
    }
}
