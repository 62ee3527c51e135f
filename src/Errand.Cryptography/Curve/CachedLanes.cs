using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Errand.Cryptography;

/// <summary>Eight points prepared for being added, as <see cref="CachedPoint"/>: Y + X, Y − X, Z, 2d·T. All tight, but 2d·T may be twice that.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CachedLanes
{
    internal FieldLanes YPlusX, YMinusX, Z, T2d;

    /// <summary>How many vectors it is.</summary>
    internal const int VectorCount = 4 * FieldLanes.LimbCount;

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

    /// <summary>Its vectors, limb by limb, in the order of the fields.</summary>
    [UnscopedRef]
    internal ref Vector512<ulong> Vectors => ref Unsafe.As<CachedLanes, Vector512<ulong>>(ref this);

    private static FieldLanes Broadcast(FieldElement element)
    {
        Span<FieldElement> elements = stackalloc FieldElement[FieldLanes.Count];
        elements.Fill(element);
        FieldLanes.Load(elements, out FieldLanes lanes);
        return lanes;
    }
}
