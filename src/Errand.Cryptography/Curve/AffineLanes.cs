using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Errand.Cryptography;

/// <summary>Eight points with Z = 1 prepared for being added: y + x, y − x, 2d·x·y. All tight, but 2d·x·y may be twice that.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AffineLanes
{
    internal FieldLanes YPlusX, YMinusX, T2d;

    // Rows have a multiple of eight numbers.
    private Vector512<ulong> _unused0, _unused1;

    /// <summary>How many vectors it is, with those not used.</summary>
    internal const int VectorCount = 3 * FieldLanes.LimbCount + 2;

    /// <summary>Its vectors, limb by limb, in the order of the fields.</summary>
    [UnscopedRef]
    internal ref Vector512<ulong> Vectors => ref Unsafe.As<AffineLanes, Vector512<ulong>>(ref this);
}
