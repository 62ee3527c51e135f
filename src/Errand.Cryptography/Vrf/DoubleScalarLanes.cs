using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Errand.Cryptography;

/// <summary>s·P − c·Q for eight pairs at once, as <see cref="DoubleScalar"/>. Variable time: for public values only.</summary>
/// <remarks>All lanes take the same steps: digits have a fixed width of 4 bits, and 0 adds the identity. One instance is for one thread.</remarks>
internal sealed class DoubleScalarLanes
{
    // 128 bits, with the carry that signed digits may leave; 256 bits, of which the top ones are 0.
    private const int HalfDigits = 33;
    private const int Digits = 64;
    private const int Width = 4;

    private static readonly CachedLanes[] BaseTable = BaseMultiples(0);
    private static readonly CachedLanes[] BaseTableHigh = BaseMultiples(128);

    private readonly CachedLanes[] _tableP = new CachedLanes[CachedLanes.TableSize];
    private readonly CachedLanes[] _tableQ = new CachedLanes[CachedLanes.TableSize];
    private readonly sbyte[] _s = new sbyte[FieldLanes.Count * (Digits + 1)];
    private readonly sbyte[] _high = new sbyte[FieldLanes.Count * HalfDigits];
    private readonly sbyte[] _c = new sbyte[FieldLanes.Count * HalfDigits];

    /// <summary>s·B − c·Q; without T.</summary>
    /// <param name="s">32 bytes for each lane, below 2^253.</param>
    /// <param name="c">16 bytes for each lane.</param>
    /// <param name="q">The points.</param>
    /// <param name="result">The sums.</param>
    internal void BaseMinus(ReadOnlySpan<byte> s, ReadOnlySpan<byte> c, in PointLanes q, out PointLanes result)
    {
        for (int lane = 0; lane < FieldLanes.Count; lane++)
        {
            Recode(s.Slice(32 * lane, 16), _s, lane, HalfDigits, negate: false);
            Recode(s.Slice(32 * lane + 16, 16), _high, lane, HalfDigits, negate: false);
            Recode(c.Slice(16 * lane, 16), _c, lane, HalfDigits, negate: true);
        }
        CachedLanes.FillMultiples(q, _tableQ);
        result = PointLanes.Identity;
        for (int i = HalfDigits - 1; i >= 0; i--)
        {
            if (i < HalfDigits - 1) DoubleByWidth(ref result);
            Add(ref result, BaseTable, _s, i, withT: true);
            Add(ref result, BaseTableHigh, _high, i, withT: true);
            Add(ref result, _tableQ, _c, i, withT: false);
        }
    }

    /// <summary>s·P − c·Q; without T.</summary>
    internal void Minus(ReadOnlySpan<byte> s, in PointLanes p, ReadOnlySpan<byte> c, in PointLanes q, out PointLanes result)
    {
        for (int lane = 0; lane < FieldLanes.Count; lane++)
        {
            Recode(s.Slice(32 * lane, 32), _s, lane, Digits, negate: false);
            Recode(c.Slice(16 * lane, 16), _c, lane, HalfDigits, negate: true);
        }
        CachedLanes.FillMultiples(p, _tableP);
        CachedLanes.FillMultiples(q, _tableQ);
        result = PointLanes.Identity;
        for (int i = Digits - 1; i >= 0; i--)
        {
            if (i < Digits - 1) DoubleByWidth(ref result);
            Add(ref result, _tableP, _s, i, withT: i < HalfDigits);
            if (i < HalfDigits) Add(ref result, _tableQ, _c, i, withT: false);
        }
    }

    private static void DoubleByWidth(ref PointLanes point)
    {
        for (int i = 1; i < Width; i++) point.Double(withT: false);
        point.Double(withT: true);
    }

    [SkipLocalsInit]
    private static void Add(ref PointLanes sum, ReadOnlySpan<CachedLanes> table, sbyte[] digits, int index, bool withT)
    {
        ReadOnlySpan<sbyte> row = digits.AsSpan(index * FieldLanes.Count, FieldLanes.Count);
        CachedLanes.Select(table, Vector512.Create(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]), out CachedLanes selected);
        sum.Add(selected, withT);
    }

    // Signed digits of 4 bits, −8 … 7, and one more for a carry out of the top.
    private static void Recode(ReadOnlySpan<byte> number, sbyte[] digits, int lane, int count, bool negate)
    {
        int carry = 0;
        for (int i = 0; i < count; i++)
        {
            int nibble = i / 2 < number.Length ? number[i / 2] >> (4 * (i % 2)) & 0xF : 0;
            int digit = nibble + carry;
            carry = digit >= 8 ? 1 : 0;
            digit -= 16 * carry;
            digits[i * FieldLanes.Count + lane] = (sbyte)(negate ? -digit : digit);
        }
        if (carry != 0) throw new InvalidOperationException("The number has more bits than it says.");
    }

    private static CachedLanes[] BaseMultiples(int doublings)
    {
        EdwardsPoint point = EdwardsPoint.Base;
        for (; doublings > 0; doublings--) point = point.Double().ToPoint();
        Span<EdwardsPoint> points = new EdwardsPoint[FieldLanes.Count];
        points.Fill(point);
        PointLanes.Load(points, out PointLanes lanes);
        var table = new CachedLanes[CachedLanes.TableSize];
        CachedLanes.FillMultiples(lanes, table);
        return table;
    }
}
