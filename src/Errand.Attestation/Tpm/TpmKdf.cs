using System.Security.Cryptography;
using System.Text;

namespace Errand.Attestation;

/// <summary>The key derivation functions of TPMs (TPM 2.0 Part 1, sections 11.4.10.2 and 11.4.10.3), for whole digests of SHA-256 or less.</summary>
public static class TpmKdf
{
    /// <summary>KDFa: counter mode of SP 800-108 with HMAC. Gives at most one digest of <paramref name="sizeBytes"/>.</summary>
    public static byte[] KdfA(TpmAlgorithm hash, ReadOnlySpan<byte> key, string label, ReadOnlySpan<byte> contextU, ReadOnlySpan<byte> contextV, int sizeBytes)
    {
        RequireOneBlock(hash, sizeBytes);
        byte[] input = new TpmWriter().UInt32(1).Bytes(Label(label)).Bytes(contextU).Bytes(contextV).UInt32((uint)sizeBytes * 8).ToArray();
        byte[] block = CryptographicOperations.HmacData(hash.ToHashName()!.Value, key, input);
        try
        {
            return block[..sizeBytes];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }

    /// <summary>KDFe: one-step derivation of SP 800-56A from an ECDH secret. Gives at most one digest of <paramref name="sizeBytes"/>.</summary>
    public static byte[] KdfE(TpmAlgorithm hash, ReadOnlySpan<byte> z, string label, ReadOnlySpan<byte> partyU, ReadOnlySpan<byte> partyV, int sizeBytes)
    {
        RequireOneBlock(hash, sizeBytes);
        using var digest = IncrementalHash.CreateHash(hash.ToHashName()!.Value);
        digest.AppendData([0, 0, 0, 1]);
        digest.AppendData(z);
        digest.AppendData(Label(label));
        digest.AppendData(partyU);
        digest.AppendData(partyV);
        byte[] block = digest.GetHashAndReset();
        try
        {
            return block[..sizeBytes];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }

    // The label's terminating zero counts.
    private static byte[] Label(string label) => [.. Encoding.ASCII.GetBytes(label), 0];

    private static void RequireOneBlock(TpmAlgorithm hash, int sizeBytes) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(sizeBytes - 1), (uint)(hash.DigestSize() - 1), nameof(sizeBytes));
}
