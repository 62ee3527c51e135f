using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Errand.Cryptography;

/// <summary>The multiples 0·P … 8·P of another point in each lane, for digits of −8 … 8. One instance is for one thread.</summary>
internal sealed class LaneMultiples
{
    private const int Largest = 8;
    private const int Lanes = FieldLanes.Count;

    private readonly LaneRows _rows = new((Largest + 1) * Lanes, CachedLanes.VectorCount);

    /// <summary>Takes eight points.</summary>
    [SkipLocalsInit]
    internal void Fill(in PointLanes point)
    {
        Put(0, CachedLanes.Identity);
        CachedLanes.Of(point, out CachedLanes first);
        Put(1, first);
        PointLanes current = point;
        for (int i = 2; i <= Largest; i++)
        {
            current.Add(first, withT: true);
            CachedLanes.Of(current, out CachedLanes cached);
            Put(i, cached);
        }
    }

    /// <summary>In each lane the digit's multiple.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Take(ReadOnlySpan<sbyte> digits, out CachedLanes multiples)
    {
        Unsafe.SkipInit(out multiples);
        _rows.Take(digits, Lanes, 1, ref multiples.Vectors);
        FieldLanes.NegateWhere(LaneDigits.Negative(digits), ref multiples.YPlusX, ref multiples.YMinusX, ref multiples.T2d);
    }

    private void Put(int multiple, CachedLanes cached) => _rows.Put(multiple * Lanes, MemoryMarshal.CreateReadOnlySpan(ref cached.Vectors, CachedLanes.VectorCount));
}
