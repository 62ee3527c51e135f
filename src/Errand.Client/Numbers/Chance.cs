using System.Numerics;

namespace Errand.Client;

/// <summary>A probability as a quotient of whole numbers.</summary>
/// <param name="Favourable">Not negative, at most <paramref name="All"/>.</param>
/// <param name="All">Positive.</param>
public readonly record struct Chance(BigInteger Favourable, BigInteger All)
{
    /// <summary>The binary logarithm; negative infinity for what cannot happen.</summary>
    public double Log2 => Favourable.IsZero ? double.NegativeInfinity : (BigInteger.Log(Favourable) - BigInteger.Log(All)) / Math.Log(2);

    /// <summary>The value.</summary>
    public double Value => Favourable.IsZero ? 0 : Math.Pow(2, Log2);

    /// <summary>An upper bound for one of several trials (union bound).</summary>
    public Chance Times(long trials) => this with { Favourable = BigInteger.Min(Favourable * trials, All) };
}
