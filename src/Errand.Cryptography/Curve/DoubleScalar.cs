namespace Errand.Cryptography;

/// <summary>s·P − c·Q by Straus' method: one chain of doublings for all products. Variable time: for public values only.</summary>
/// <remarks>s has 32 bytes and is below 2^255, c has 16 bytes. The results come without T: they may be encoded, not added to.</remarks>
internal static class DoubleScalar
{
    private const int HalfDigits = 129;
    private const int Digits = 257;
    private const int Width = 5;
    private const int TableSize = 1 << (Width - 2);
    private const int BaseWidth = 8;
    private const int BaseTableSize = 1 << (BaseWidth - 2);

    // Odd multiples of B and of 2^128·B: with s cut in halves, 128 doublings do instead of 256.
    private static readonly CachedPoint[] BaseTable = OddMultiples(0);
    private static readonly CachedPoint[] BaseTableHigh = OddMultiples(128);

    /// <summary>s·B − c·Q.</summary>
    internal static EdwardsPoint BaseMinus(ReadOnlySpan<byte> s, ReadOnlySpan<byte> c, in EdwardsPoint q)
    {
        Span<sbyte> low = stackalloc sbyte[HalfDigits];
        Span<sbyte> high = stackalloc sbyte[HalfDigits];
        Span<sbyte> minus = stackalloc sbyte[HalfDigits];
        Wnaf.Recode(s[..16], BaseWidth, low);
        Wnaf.Recode(s[16..32], BaseWidth, high);
        Wnaf.Recode(c[..16], Width, minus);
        Span<CachedPoint> table = stackalloc CachedPoint[TableSize];
        CachedPoint.FillOddMultiples(q, table);

        EdwardsPoint sum = EdwardsPoint.Identity;
        for (int i = HalfDigits - 1; i >= 0; i--)
        {
            CompletedPoint next = sum.Double();
            if (low[i] != 0) next = Add(next, BaseTable, low[i]);
            if (high[i] != 0) next = Add(next, BaseTableHigh, high[i]);
            if (minus[i] != 0) next = Add(next, table, -minus[i]);
            sum = next.ToPointWithoutT();
        }
        return sum;
    }

    /// <summary>s·P − c·Q.</summary>
    internal static EdwardsPoint Minus(ReadOnlySpan<byte> s, in EdwardsPoint p, ReadOnlySpan<byte> c, in EdwardsPoint q)
    {
        Span<sbyte> plus = stackalloc sbyte[Digits];
        Span<sbyte> minus = stackalloc sbyte[HalfDigits];
        Wnaf.Recode(s[..32], Width, plus);
        Wnaf.Recode(c[..16], Width, minus);
        Span<CachedPoint> tableP = stackalloc CachedPoint[TableSize];
        Span<CachedPoint> tableQ = stackalloc CachedPoint[TableSize];
        CachedPoint.FillOddMultiples(p, tableP);
        CachedPoint.FillOddMultiples(q, tableQ);

        EdwardsPoint sum = EdwardsPoint.Identity;
        int top = Digits - 1;
        while (top >= HalfDigits && plus[top] == 0) top--;
        for (int i = top; i >= 0; i--)
        {
            CompletedPoint next = sum.Double();
            if (plus[i] != 0) next = Add(next, tableP, plus[i]);
            if (i < HalfDigits && minus[i] != 0) next = Add(next, tableQ, -minus[i]);
            sum = next.ToPointWithoutT();
        }
        return sum;
    }

    private static CompletedPoint Add(in CompletedPoint sum, ReadOnlySpan<CachedPoint> oddMultiples, int digit) => digit > 0
        ? sum.ToPoint().Add(oddMultiples[digit >> 1])
        : sum.ToPoint().Subtract(oddMultiples[-digit >> 1]);

    private static CachedPoint[] OddMultiples(int doublings)
    {
        EdwardsPoint point = EdwardsPoint.Base;
        for (; doublings > 0; doublings--) point = point.Double().ToPoint();
        var table = new CachedPoint[BaseTableSize];
        CachedPoint.FillOddMultiples(point, table);
        return table;
    }
}
