using System.Runtime.CompilerServices;

namespace Errand.Cryptography;

/// <summary>The multiples 0 … 128 of 2^k·B, the same for all lanes, for digits of −128 … 128. Thread-safe.</summary>
internal sealed class BaseMultiples
{
    private const int Largest = 128;

    private readonly LaneRows _rows = new(Largest + 1, AffineLanes.VectorCount);

    private BaseMultiples(int doublings)
    {
        EdwardsPoint point = EdwardsPoint.Base;
        for (; doublings > 0; doublings--) point = point.Double().ToPoint();
        CachedPoint step = point.ToCached();
        EdwardsPoint multiple = EdwardsPoint.Identity;
        for (int i = 0; i <= Largest; i++)
        {
            Put(_rows[i], multiple);
            multiple = multiple.Add(step).ToPoint();
        }
    }

    /// <summary>Of B.</summary>
    internal static BaseMultiples Low { get; } = new(0);

    /// <summary>Of 2^128·B.</summary>
    internal static BaseMultiples High { get; } = new(128);

    /// <summary>In each lane the digit's multiple.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Take(ReadOnlySpan<sbyte> digits, out AffineLanes multiples)
    {
        Unsafe.SkipInit(out multiples);
        _rows.Take(digits, 1, 0, ref multiples.Vectors);
        FieldLanes.NegateWhere(LaneDigits.Negative(digits), ref multiples.YPlusX, ref multiples.YMinusX, ref multiples.T2d);
    }

    private static void Put(Span<ulong> row, in EdwardsPoint point)
    {
        FieldElement inverse = FieldPowers.Invert(point.Z);
        FieldElement x = point.X * inverse, y = point.Y * inverse;
        FieldLanes.WriteLimbs((y + x).Tighten(), row);
        FieldLanes.WriteLimbs((y - x).Tighten(), row[FieldLanes.LimbCount..]);
        FieldLanes.WriteLimbs(x * y * EdwardsPoint.TwiceD, row[(2 * FieldLanes.LimbCount)..]);
    }
}
