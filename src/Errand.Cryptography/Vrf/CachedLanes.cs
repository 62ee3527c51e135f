using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Errand.Cryptography;

/// <summary>Eight points prepared for being added, as <see cref="CachedPoint"/>: Y + X, Y − X, Z, 2d·T, all tight.</summary>
internal struct CachedLanes
{
    internal FieldLanes YPlusX, YMinusX, Z, T2d;

    /// <summary>How many multiples a table holds: 1 … 8, for digits of −8 … 8.</summary>
    internal const int TableSize = 8;

    private static readonly FieldLanes D2 = Broadcast(EdwardsPoint.TwiceD);

    internal static CachedLanes Identity => new() { YPlusX = FieldLanes.One, YMinusX = FieldLanes.One, Z = FieldLanes.One, T2d = FieldLanes.Zero };

    internal static void Of(in PointLanes point, out CachedLanes cached)
    {
        FieldLanes.Add(point.Y, point.X, out cached.YPlusX);
        cached.YPlusX.Carry();
        FieldLanes.Subtract(point.Y, point.X, out cached.YMinusX);
        cached.YMinusX.Carry();
        cached.Z = point.Z;
        FieldLanes.Multiply(point.T, D2, out cached.T2d);
    }

    /// <summary>Fills a table with P, 2P, … 8P.</summary>
    [SkipLocalsInit]
    internal static void FillMultiples(in PointLanes point, Span<CachedLanes> table)
    {
        PointLanes current = point;
        Of(current, out table[0]);
        for (int i = 1; i < TableSize; i++)
        {
            current.Add(table[0], withT: true);
            Of(current, out table[i]);
        }
    }

    /// <summary>In each lane the digit's multiple; the identity for 0.</summary>
    /// <param name="table">P … 8P.</param>
    /// <param name="digits">One digit of −8 … 8 for each lane.</param>
    /// <param name="selected">The multiples.</param>
    [SkipLocalsInit]
    internal static void Select(ReadOnlySpan<CachedLanes> table, Vector512<long> digits, out CachedLanes selected)
    {
        selected = Identity;
        Vector512<ulong> sizes = Vector512.Abs(digits).AsUInt64();
        for (int i = 0; i < TableSize; i++)
        {
            Vector512<ulong> mask = Vector512.Equals(sizes, Vector512.Create((ulong)i + 1));
            FieldLanes.Select(mask, table[i].YPlusX, ref selected.YPlusX);
            FieldLanes.Select(mask, table[i].YMinusX, ref selected.YMinusX);
            FieldLanes.Select(mask, table[i].Z, ref selected.Z);
            FieldLanes.Select(mask, table[i].T2d, ref selected.T2d);
        }
        // −P has X and T negated: Y + X and Y − X change places.
        Vector512<ulong> negative = Vector512.LessThan(digits, Vector512<long>.Zero).AsUInt64();
        FieldLanes plus = selected.YPlusX;
        FieldLanes.Select(negative, selected.YMinusX, ref selected.YPlusX);
        FieldLanes.Select(negative, plus, ref selected.YMinusX);
        FieldLanes.Subtract(FieldLanes.Zero, selected.T2d, out FieldLanes minusT);
        minusT.Carry();
        FieldLanes.Select(negative, minusT, ref selected.T2d);
    }

    private static FieldLanes Broadcast(FieldElement element)
    {
        Span<FieldElement> elements = stackalloc FieldElement[FieldLanes.Count];
        elements.Fill(element);
        FieldLanes.Load(elements, out FieldLanes lanes);
        return lanes;
    }
}
