using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>Verifies up to eight Ed25519 signatures at once by the rule of <see cref="Ed25519"/>; the costly steps are made in lanes.</summary>
/// <remarks>
/// R' = S·B − k·A is worked out whole for each signature and its encoding compared with R, as libsodium does: nothing is summed over
/// signatures, so that what one of them has cannot hide in another, and points of small order count as there. R need not be
/// decoded: bytes that equal an encoding of R' are canonical, and R is of small order if R' is. A signature that is malformed leaves its lane to
/// the base point. One instance is for one thread.
/// </remarks>
internal sealed class Ed25519Lanes
{
    private const int Count = FieldLanes.Count;
    private const int PointSize = EdwardsPoint.Size;
    private const int ScalarSize = 32;

    [ThreadStatic]
    private static Ed25519Lanes? _mine;

    private readonly DoubleScalarLanes _products = new();
    private readonly EdwardsPoint[] _keys = new EdwardsPoint[Count];
    private readonly EdwardsPoint[] _expected = new EdwardsPoint[Count];
    private readonly byte[] _s = new byte[Count * ScalarSize];
    private readonly byte[] _k = new byte[Count * ScalarSize];

    /// <summary>One for this thread.</summary>
    internal static Ed25519Lanes Mine => _mine ??= new Ed25519Lanes();

    /// <summary>Verifies at most eight claims.</summary>
    /// <param name="claims">The claims.</param>
    /// <param name="holds">Set for each claim.</param>
    internal void Verify(ReadOnlySpan<SignatureClaim> claims, Span<bool> holds)
    {
        DecodeKeys(claims, holds);
        for (int i = 0; i < Count; i++) SetScalars(i, i < claims.Length && holds[i] ? claims[i] : default);
        PointLanes.Load(_keys, out PointLanes keys);
        _products.BaseMinus(_s, _k, keys, out PointLanes expected);
        for (int i = 0; i < Count; i++) _expected[i] = expected[i];
        Span<byte> encodings = stackalloc byte[Count * PointSize];
        EdwardsPoint.EncodeAll(_expected, encodings);
        for (int i = 0; i < claims.Length; i++)
        {
            holds[i] = holds[i]
                && encodings.Slice(i * PointSize, PointSize).SequenceEqual(claims[i].Signature.Span[..PointSize])
                && !_expected[i].MultiplyByCofactor().IsIdentity;
        }
    }

    // Sets what can still hold: S below the group order, A canonical, on the curve and not of small order.
    private void DecodeKeys(ReadOnlySpan<SignatureClaim> claims, Span<bool> holds)
    {
        Span<PointDecoding> decodings = stackalloc PointDecoding[Count];
        Span<FieldElement> powers = stackalloc FieldElement[Count];
        Span<byte> encoded = stackalloc byte[PointSize];
        for (int i = 0; i < claims.Length; i++)
        {
            claims[i].Key.Value.CopyTo(encoded);
            holds[i] = claims[i].Signature.Length == Ed25519.SignatureSize
                && GroupOrder.IsAbove(claims[i].Signature.Span[PointSize..])
                && EdwardsPoint.TryBeginDecoding(encoded, out decodings[i]);
        }
        for (int i = 0; i < Count; i++) powers[i] = decodings[i].Base;
        PowerLanes.Power252Minus3(powers);
        for (int i = 0; i < Count; i++)
        {
            bool isKey = decodings[i].TryFinish(powers[i], out _keys[i]) && i < claims.Length && holds[i] && !_keys[i].MultiplyByCofactor().IsIdentity;
            if (i < claims.Length) holds[i] = isKey;
            if (!isKey) _keys[i] = EdwardsPoint.Base;
        }
    }

    // S, and k = SHA-512(R || A || M) modulo the group order (RFC 8032 section 5.1.7, step 2); 0 and 0 for no claim.
    private void SetScalars(int lane, in SignatureClaim claim)
    {
        Span<byte> s = _s.AsSpan(lane * ScalarSize, ScalarSize);
        Span<byte> k = _k.AsSpan(lane * ScalarSize, ScalarSize);
        if (claim.Signature.IsEmpty)
        {
            s.Clear();
            k.Clear();
            return;
        }
        const int HeadSize = 2 * PointSize;
        const int OnStack = 1024;
        ReadOnlySpan<byte> message = claim.Message.Span;
        Span<byte> input = message.Length <= OnStack ? stackalloc byte[HeadSize + message.Length] : new byte[HeadSize + message.Length];
        claim.Signature.Span[..PointSize].CopyTo(input);
        claim.Key.Value.CopyTo(input[PointSize..]);
        message.CopyTo(input[HeadSize..]);
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        SHA512.HashData(input, hash);
        Sodium.ScalarReduce(k, hash);
        claim.Signature.Span[PointSize..].CopyTo(s);
    }
}
