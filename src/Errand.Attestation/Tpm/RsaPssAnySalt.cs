using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// RSASSA-PSS verification with a salt of whatever size the signature has (RFC 8017 sections 8.1.2 and 9.1.2). TPMs took the longest salt that
/// fits before FIPS 186 bounded it (TPM 2.0 Part 1, annex B.7), and the platform verifies salts of the digest's size only.
/// </summary>
/// <remarks>Works on public data: not constant time.</remarks>
internal static class RsaPssAnySalt
{
    private const byte Trailer = 0xBC;

    /// <summary>Checks a signature over a digest. False for a wrong one, or one of another size than the modulus.</summary>
    internal static bool Verify(RSAParameters key, HashAlgorithmName hash, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        var modulus = new BigInteger(key.Modulus, isUnsigned: true, isBigEndian: true);
        var number = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        if (signature.Length != key.Modulus!.Length || number >= modulus) return false;
        int bits = (int)modulus.GetBitLength() - 1;
        var encoded = new byte[(bits + 7) / 8];
        var message = BigInteger.ModPow(number, new BigInteger(key.Exponent, isUnsigned: true, isBigEndian: true), modulus);
        if (message.GetByteCount(isUnsigned: true) > encoded.Length) return false;
        byte[] bytes = message.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(encoded, encoded.Length - bytes.Length);

        // masked [ 00… ‖ 01 ‖ salt ] ‖ H ‖ BC
        if (encoded.Length < digest.Length + 2 || encoded[^1] != Trailer) return false;
        Span<byte> block = encoded.AsSpan(0, encoded.Length - digest.Length - 1);
        ReadOnlySpan<byte> expected = encoded.AsSpan(block.Length, digest.Length);
        int unusedBits = 8 * encoded.Length - bits;
        if (block[0] >> (8 - unusedBits) != 0) return false;
        Unmask(block, expected, hash);
        block[0] &= (byte)(0xFF >> unusedBits);
        int start = block.IndexOfAnyExcept((byte)0);
        if (start < 0 || block[start] != 1) return false;
        return CryptographicOperations.HashData(hash, [.. new byte[8], .. digest, .. block[(start + 1)..]]).AsSpan().SequenceEqual(expected);
    }

    // MGF1 (RFC 8017 appendix B.2.1).
    private static void Unmask(Span<byte> block, ReadOnlySpan<byte> seed, HashAlgorithmName hash)
    {
        byte[] input = [.. seed, 0, 0, 0, 0];
        for (int counter = 0, offset = 0; offset < block.Length; counter++)
        {
            BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(seed.Length), counter);
            foreach (byte mask in CryptographicOperations.HashData(hash, input))
                if (offset < block.Length) block[offset++] ^= mask;
        }
    }
}
