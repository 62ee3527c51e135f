using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Errand.Cryptography;

/// <summary>Turns eight rows of eight numbers into eight columns: what lies together for a lane becomes what lies together for a limb, and back.</summary>
internal static class LaneTranspose
{
    private const byte LowerHalves = 0x44, UpperHalves = 0xEE, EvenBlocks = 0x88, OddBlocks = 0xDD;

    /// <summary>Reads rows at eight places of memory and writes the columns one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Columns(
        Vector512<ulong> r0, Vector512<ulong> r1, Vector512<ulong> r2, Vector512<ulong> r3,
        Vector512<ulong> r4, Vector512<ulong> r5, Vector512<ulong> r6, Vector512<ulong> r7, ref Vector512<ulong> columns)
    {
        Quarter(Avx512F.UnpackLow(r0, r1), Avx512F.UnpackLow(r2, r3), Avx512F.UnpackLow(r4, r5), Avx512F.UnpackLow(r6, r7), ref columns);
        Quarter(Avx512F.UnpackHigh(r0, r1), Avx512F.UnpackHigh(r2, r3), Avx512F.UnpackHigh(r4, r5), Avx512F.UnpackHigh(r6, r7), ref Unsafe.Add(ref columns, 1));
    }

    // Pairs of neighbours of two, four, six and eight rows: every other column.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c, Vector512<ulong> d, ref Vector512<ulong> columns)
    {
        Vector512<ulong> abLower = Avx512F.Shuffle4x128(a, b, LowerHalves);
        Vector512<ulong> abUpper = Avx512F.Shuffle4x128(a, b, UpperHalves);
        Vector512<ulong> cdLower = Avx512F.Shuffle4x128(c, d, LowerHalves);
        Vector512<ulong> cdUpper = Avx512F.Shuffle4x128(c, d, UpperHalves);
        columns = Avx512F.Shuffle4x128(abLower, cdLower, EvenBlocks);
        Unsafe.Add(ref columns, 2) = Avx512F.Shuffle4x128(abLower, cdLower, OddBlocks);
        Unsafe.Add(ref columns, 4) = Avx512F.Shuffle4x128(abUpper, cdUpper, EvenBlocks);
        Unsafe.Add(ref columns, 6) = Avx512F.Shuffle4x128(abUpper, cdUpper, OddBlocks);
    }
}
