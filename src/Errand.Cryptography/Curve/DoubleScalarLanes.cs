using System.Runtime.CompilerServices;

namespace Errand.Cryptography;

/// <summary>s·P − k·Q for eight pairs at once, as <see cref="DoubleScalar"/>. Variable time: for public values only.</summary>
/// <remarks>All lanes take the same steps: digits have a fixed width, 4 bits and for B 8, and 0 adds the identity. One instance is for one thread.</remarks>
internal sealed class DoubleScalarLanes
{
    private const int Lanes = FieldLanes.Count;
    private const int Width = 4;

    // 128 bits, with the carry that signed digits may leave; 256 bits, of which the top ones are 0.
    private const int HalfSize = 16, HalfDigits = 33, HalfBaseDigits = 17;
    private const int Size = 32, Digits = 64, BaseDigits = 32;

    private readonly LaneMultiples _p = new();
    private readonly LaneMultiples _q = new();
    private readonly LaneDigits _lower = new(HalfBaseDigits, 8);
    private readonly LaneDigits _upper = new(HalfBaseDigits, 8);
    private readonly LaneDigits _base = new(BaseDigits, 8);
    private readonly LaneDigits _wide = new(Digits, Width);
    private readonly LaneDigits _half = new(HalfDigits, Width);

    /// <summary>s·B − c·Q; without T.</summary>
    /// <param name="s">32 bytes for each lane, below 2^253.</param>
    /// <param name="c">16 bytes for each lane.</param>
    /// <param name="q">The points.</param>
    /// <param name="result">The sums.</param>
    internal void BaseMinusShort(ReadOnlySpan<byte> s, ReadOnlySpan<byte> c, in PointLanes q, out PointLanes result)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            _lower.Set(lane, s.Slice(Size * lane, HalfSize));
            _upper.Set(lane, s.Slice(Size * lane + HalfSize, HalfSize));
            _half.Set(lane, c.Slice(HalfSize * lane, HalfSize), negate: true);
        }
        _q.Fill(q);
        result = PointLanes.Identity;
        for (int i = HalfDigits - 1; i >= 0; i--)
        {
            if (i < HalfDigits - 1) DoubleByWidth(ref result);
            if (i % 2 == 0)
            {
                Add(ref result, BaseMultiples.Low, _lower[i / 2]);
                Add(ref result, BaseMultiples.High, _upper[i / 2]);
            }
            Add(ref result, _q, _half[i], withT: false);
        }
    }

    /// <summary>s·B − k·Q; without T.</summary>
    /// <param name="s">32 bytes for each lane, below 2^253.</param>
    /// <param name="k">32 bytes for each lane, below 2^253.</param>
    /// <param name="q">The points.</param>
    /// <param name="result">The sums.</param>
    internal void BaseMinus(ReadOnlySpan<byte> s, ReadOnlySpan<byte> k, in PointLanes q, out PointLanes result)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            _base.Set(lane, s.Slice(Size * lane, Size));
            _wide.Set(lane, k.Slice(Size * lane, Size), negate: true);
        }
        _q.Fill(q);
        result = PointLanes.Identity;
        for (int i = Digits - 1; i >= 0; i--)
        {
            if (i < Digits - 1) DoubleByWidth(ref result);
            if (i % 2 == 0) Add(ref result, BaseMultiples.Low, _base[i / 2]);
            Add(ref result, _q, _wide[i], withT: false);
        }
    }

    /// <summary>s·P − c·Q; without T.</summary>
    internal void Minus(ReadOnlySpan<byte> s, in PointLanes p, ReadOnlySpan<byte> c, in PointLanes q, out PointLanes result)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            _wide.Set(lane, s.Slice(Size * lane, Size));
            _half.Set(lane, c.Slice(HalfSize * lane, HalfSize), negate: true);
        }
        _p.Fill(p);
        _q.Fill(q);
        result = PointLanes.Identity;
        for (int i = Digits - 1; i >= 0; i--)
        {
            if (i < Digits - 1) DoubleByWidth(ref result);
            Add(ref result, _p, _wide[i], withT: i < HalfDigits);
            if (i < HalfDigits) Add(ref result, _q, _half[i], withT: false);
        }
    }

    private static void DoubleByWidth(ref PointLanes point)
    {
        for (int i = 1; i < Width; i++) point.Double(withT: false);
        point.Double(withT: true);
    }

    [SkipLocalsInit]
    private static void Add(ref PointLanes sum, LaneMultiples multiples, ReadOnlySpan<sbyte> digits, bool withT)
    {
        multiples.Take(digits, out CachedLanes taken);
        sum.Add(taken, withT);
    }

    [SkipLocalsInit]
    private static void Add(ref PointLanes sum, BaseMultiples multiples, ReadOnlySpan<sbyte> digits)
    {
        multiples.Take(digits, out AffineLanes taken);
        sum.Add(taken);
    }
}
