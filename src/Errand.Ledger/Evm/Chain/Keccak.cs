using Errand.Primitives;
using Org.BouncyCastle.Crypto.Digests;

namespace Errand.Ledger;

/// <summary>Keccak-256 as Ethereum uses it: with the padding from before SHA-3 became a standard.</summary>
internal static class Keccak
{
    internal static Bytes32 Hash(ReadOnlySpan<byte> data)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(data);
        Span<byte> hash = stackalloc byte[Bytes32.Size];
        digest.DoFinal(hash);
        return new Bytes32(hash);
    }
}
