using System.Numerics;

namespace Errand.Client;

/// <summary>How many of a group of verifiers sit on a committee: its distribution, summed in whole numbers.</summary>
/// <remarks>
/// Each of W verifiers sits with chance τ/W by itself, so of n there are Binomial(n, τ/W) seats, and in the limit of many verifiers
/// Poisson(share · τ). Sums are of terms r^k·C(n, k) or λ^k/k!, all positive, in fixed point with 256 fractional bits;
/// what is cut off is below 2^-200 of the sum. No rounding to doubles happens before the end.
/// </remarks>
internal sealed class SeatCount
{
    private const int FractionBits = 256;

    private readonly BigInteger[] _upTo;
    private readonly BigInteger _all;

    private SeatCount(List<BigInteger> terms)
    {
        _upTo = new BigInteger[terms.Count + 1];
        for (int k = 0; k < terms.Count; k++) _upTo[k + 1] = _upTo[k] + terms[k];
        _all = _upTo[^1];
    }

    /// <summary>Of a share of very many verifiers.</summary>
    public static SeatCount OfMany(Fraction share, int size)
    {
        var terms = new List<BigInteger> { BigInteger.One << FractionBits };
        for (int k = 1; terms[^1] > 0; k++) terms.Add(terms[^1] * share.Numerator * size / (share.Denominator * k));
        return new SeatCount(terms);
    }

    /// <summary>Of <paramref name="count"/> out of <paramref name="weight"/> verifiers.</summary>
    public static SeatCount Of(long count, long weight, int size)
    {
        // All sit: the number of seats is certain.
        if (weight <= size) return new SeatCount([.. Enumerable.Repeat(BigInteger.Zero, (int)count), BigInteger.One]);
        var terms = new List<BigInteger> { BigInteger.One << FractionBits };
        for (long k = 1; k <= count && terms[^1] > 0; k++) terms.Add(terms[^1] * (count - k + 1) * size / (k * (weight - size)));
        return new SeatCount(terms);
    }

    /// <summary>The chance of at least <paramref name="seats"/>.</summary>
    public Chance AtLeast(int seats) => new(_all - Below(seats), _all);

    /// <summary>The chance of fewer than <paramref name="seats"/>.</summary>
    public Chance FewerThan(int seats) => new(Below(seats), _all);

    private BigInteger Below(int seats) => _upTo[Math.Min(seats, _upTo.Length - 1)];
}
