using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>A bare P-256 point, as quotes carry it.</summary>
internal static class P256Key
{
    private const int CoordinateSize = 32;

    /// <summary>Checks an ECDSA signature r ‖ s over SHA-256 of data. False for a wrong signature and for a point (x ‖ y, 64 bytes) off the curve.</summary>
    internal static bool Verify(ReadOnlySpan<byte> point, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            using var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[..CoordinateSize].ToArray(), Y = point[CoordinateSize..].ToArray() },
            });
            return ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // A point off the curve signs nothing.
            return false;
        }
    }
}
