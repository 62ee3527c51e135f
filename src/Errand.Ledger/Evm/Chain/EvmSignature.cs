using Errand.Primitives;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Errand.Ledger;

/// <summary>An ECDSA signature over secp256k1 with which the signer's address can be computed.</summary>
/// <param name="R">Big-endian, 1 … order − 1.</param>
/// <param name="S">Big-endian, in the lower half of the order (EIP-2).</param>
/// <param name="OddY">Whether the point behind <paramref name="R"/> has an odd y.</param>
internal readonly record struct EvmSignature(Bytes32 R, Bytes32 S, bool OddY)
{
    internal static readonly X9ECParameters Curve = SecNamedCurves.GetByName("secp256k1");

    internal static readonly BigInteger HalfOrder = Curve.N.ShiftRight(1);

    private const int FieldSizeBytes = 32;
    private const byte EvenPoint = 2, OddPoint = 3;

    /// <summary>Who signed a hash (SEC 1 section 4.1.6); null when nobody can have.</summary>
    internal EvmAddress? Recover(Bytes32 hash)
    {
        var r = new BigInteger(1, R.ToArray());
        var s = new BigInteger(1, S.ToArray());
        if (r.SignValue == 0 || s.SignValue == 0 || r.CompareTo(Curve.N) >= 0 || s.CompareTo(HalfOrder) > 0) return null;
        if (TryPoint(R, OddY) is not { } point) return null;
        BigInteger inverse = r.ModInverse(Curve.N);
        BigInteger byBase = new BigInteger(1, hash.ToArray()).Mod(Curve.N).Negate().Multiply(inverse).Mod(Curve.N);
        ECPoint key = ECAlgorithms.SumOfTwoMultiplies(Curve.G, byBase, point, s.Multiply(inverse).Mod(Curve.N)).Normalize();
        return key.IsInfinity ? null : AddressOf(key);
    }

    /// <summary>The address of a public key: the last 20 bytes of its Keccak-256.</summary>
    internal static EvmAddress AddressOf(ECPoint key) => new(Keccak.Hash(key.GetEncoded(compressed: false).AsSpan(1)).ToArray().AsSpan(Bytes32.Size - EvmAddress.Size));

    private static ECPoint? TryPoint(Bytes32 x, bool odd)
    {
        try
        {
            return Curve.Curve.DecodePoint([odd ? OddPoint : EvenPoint, .. x.ToArray()[..FieldSizeBytes]]);
        }
        catch (ArgumentException)
        {
            // No point of the curve has this x.
            return null;
        }
    }
}
