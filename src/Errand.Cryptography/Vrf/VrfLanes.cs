namespace Errand.Cryptography;

/// <summary>Verifies up to eight proofs at once. Every step is that of <see cref="Vrf.TryVerify"/>; the costly ones are made in lanes.</summary>
/// <remarks>A proof that is malformed leaves its lane to points that are of no consequence. One instance is for one thread.</remarks>
internal sealed class VrfLanes
{
    private const int Count = FieldLanes.Count;
    private const int PointSize = EdwardsPoint.Size;

    [ThreadStatic]
    private static VrfLanes? _mine;

    private readonly DoubleScalarLanes _products = new();
    private readonly EdwardsPoint[] _y = new EdwardsPoint[Count];
    private readonly EdwardsPoint[] _gamma = new EdwardsPoint[Count];
    private readonly EdwardsPoint[] _h = new EdwardsPoint[Count];
    private readonly bool[] _open = new bool[Count];
    private readonly byte[] _s = new byte[Count * VrfSuite.ScalarSize];
    private readonly byte[] _c = new byte[Count * VrfSuite.ChallengeSize];

    /// <summary>One for this thread.</summary>
    internal static VrfLanes Mine => _mine ??= new VrfLanes();

    /// <summary>Verifies at most eight claims.</summary>
    /// <param name="claims">The claims.</param>
    /// <param name="holds">Set for each claim.</param>
    /// <param name="betas">64 bytes for each claim, written where it holds.</param>
    internal void Verify(ReadOnlySpan<VrfClaim> claims, Span<bool> holds, Span<byte> betas)
    {
        DecodeProofs(claims);
        DecodeKeys(claims);
        EncodeToCurve(claims);
        PointLanes.Load(_y, out PointLanes y);
        PointLanes.Load(_h, out PointLanes h);
        PointLanes.Load(_gamma, out PointLanes gamma);
        _products.BaseMinusShort(_s, _c, y, out PointLanes u);
        _products.Minus(_s, h, _c, gamma, out PointLanes v);
        Compare(claims, u, v, holds, betas);
    }

    private void DecodeProofs(ReadOnlySpan<VrfClaim> claims)
    {
        Span<PointDecoding> decodings = stackalloc PointDecoding[Count];
        for (int i = 0; i < Count; i++)
        {
            _open[i] = i < claims.Length && Vrf.TryBeginProof(claims[i].Proof.Span, out decodings[i]);
            if (_open[i])
            {
                ReadOnlySpan<byte> proof = claims[i].Proof.Span;
                proof.Slice(PointSize, VrfSuite.ChallengeSize).CopyTo(_c.AsSpan(i * VrfSuite.ChallengeSize));
                proof[(PointSize + VrfSuite.ChallengeSize)..].CopyTo(_s.AsSpan(i * VrfSuite.ScalarSize));
            }
            else
            {
                _c.AsSpan(i * VrfSuite.ChallengeSize, VrfSuite.ChallengeSize).Clear();
                _s.AsSpan(i * VrfSuite.ScalarSize, VrfSuite.ScalarSize).Clear();
            }
        }
        Decode(decodings, _gamma);
    }

    private void DecodeKeys(ReadOnlySpan<VrfClaim> claims)
    {
        Span<PointDecoding> decodings = stackalloc PointDecoding[Count];
        Span<byte> encoded = stackalloc byte[PointSize];
        for (int i = 0; i < claims.Length; i++)
        {
            claims[i].Key.Value.CopyTo(encoded);
            _open[i] &= EdwardsPoint.TryBeginDecoding(encoded, out decodings[i]);
        }
        Decode(decodings, _y);
        for (int i = 0; i < claims.Length; i++) _open[i] = _open[i] && !_y[i].MultiplyByCofactor().IsIdentity;
    }

    // Finishes what is open; lanes that are not, or fail, get the base point.
    private void Decode(ReadOnlySpan<PointDecoding> decodings, EdwardsPoint[] points)
    {
        Span<FieldElement> powers = stackalloc FieldElement[Count];
        for (int i = 0; i < Count; i++) powers[i] = decodings[i].Base;
        PowerLanes.Power252Minus3(powers);
        for (int i = 0; i < Count; i++)
        {
            _open[i] = decodings[i].TryFinish(powers[i], out points[i]) && _open[i];
            if (!_open[i]) points[i] = EdwardsPoint.Base;
        }
    }

    // ECVRF_encode_to_curve_try_and_increment (section 5.4.1.1). Each counter hits with one half, so claims that still need a point
    // share the lanes and try several counters each; the lowest that hits counts.
    private void EncodeToCurve(ReadOnlySpan<VrfClaim> claims)
    {
        Span<int> next = stackalloc int[Count];
        Span<int> owner = stackalloc int[Count];
        Span<bool> found = stackalloc bool[Count];
        next.Clear();
        found.Clear();
        Span<PointDecoding> decodings = stackalloc PointDecoding[Count];
        Span<FieldElement> powers = stackalloc FieldElement[Count];
        while (true)
        {
            int filled = FillTries(claims, found, next, owner, decodings);
            if (filled == 0) break;
            for (int i = 0; i < filled; i++) powers[i] = decodings[i].Base;
            PowerLanes.Power252Minus3(powers[..filled]);
            for (int i = 0; i < filled; i++)
            {
                int claim = owner[i];
                // Lanes of one claim stand in order of their counters.
                if (found[claim] || !decodings[i].TryFinish(powers[i], out EdwardsPoint point)) continue;
                point = point.MultiplyByCofactor();
                found[claim] = !point.IsIdentity;
                _h[claim] = point;
            }
        }
        for (int i = 0; i < Count; i++)
        {
            if (i < claims.Length && _open[i] && found[i]) continue;
            _open[i] = false;
            _h[i] = EdwardsPoint.Base;
        }
    }

    private int FillTries(ReadOnlySpan<VrfClaim> claims, ReadOnlySpan<bool> found, Span<int> next, Span<int> owner, Span<PointDecoding> decodings)
    {
        int needy = 0;
        for (int i = 0; i < claims.Length; i++)
            if (_open[i] && !found[i] && next[i] <= byte.MaxValue) needy++;
        if (needy == 0) return 0;
        int share = Count / needy;
        int filled = 0;
        Span<byte> encoded = stackalloc byte[PointSize];
        for (int i = 0; i < claims.Length; i++)
        {
            if (!_open[i] || found[i]) continue;
            // Hashes that are no y of a canonical encoding cost no lane.
            for (int tries = share; tries > 0 && next[i] <= byte.MaxValue; next[i]++)
            {
                VrfSuite.TryHash(claims[i].Key, claims[i].Alpha.Span, (byte)next[i], encoded);
                if (!EdwardsPoint.TryBeginDecoding(encoded, out decodings[filled])) continue;
                owner[filled++] = i;
                tries--;
            }
        }
        return filled;
    }

    private void Compare(ReadOnlySpan<VrfClaim> claims, in PointLanes u, in PointLanes v, Span<bool> holds, Span<byte> betas)
    {
        Span<byte> encodings = stackalloc byte[6 * PointSize];
        Span<byte> expected = stackalloc byte[VrfSuite.ChallengeSize];
        Span<FieldElement> products = stackalloc FieldElement[Count];
        var points = new EdwardsPoint[Count][];
        for (int i = 0; i < Count; i++)
        {
            points[i] = [_h[i], _gamma[i], u[i], v[i], _gamma[i].MultiplyByCofactor()];
            products[i] = EdwardsPoint.ProductOfZ(points[i]);
        }
        Span<FieldElement> powers = stackalloc FieldElement[Count];
        products.CopyTo(powers);
        PowerLanes.Power252Minus3(powers);
        for (int i = 0; i < claims.Length; i++)
        {
            holds[i] = false;
            if (!_open[i]) continue;
            claims[i].Key.Value.CopyTo(encodings);
            EdwardsPoint.EncodeAll(points[i], FieldPowers.FinishInversion(products[i], powers[i]), encodings[PointSize..]);
            VrfSuite.Challenge(encodings[..(5 * PointSize)], expected);
            holds[i] = expected.SequenceEqual(_c.AsSpan(i * VrfSuite.ChallengeSize, VrfSuite.ChallengeSize));
            if (holds[i]) VrfSuite.Output(encodings[(5 * PointSize)..], betas.Slice(i * Vrf.OutputSize, Vrf.OutputSize));
        }
    }
}
