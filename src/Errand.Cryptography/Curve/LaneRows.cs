using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Errand.Cryptography;

/// <summary>Rows of numbers, of which each lane picks one by its digit. Memory that begins with a cache line, so that no row shares its lines.</summary>
/// <remarks>Comparing all lanes' digits with every row costs as much as adding the point; picking rows and turning them costs a tenth of it.</remarks>
internal sealed class LaneRows
{
    private const int LineBytes = 64;
    private const int Lanes = FieldLanes.Count;

    private readonly ulong[] _memory;
    private readonly int _start;
    private readonly int _width;

    /// <param name="count">How many rows.</param>
    /// <param name="width">Numbers in a row; a multiple of eight.</param>
    internal LaneRows(int count, int width)
    {
        _memory = GC.AllocateArray<ulong>(count * width + LineBytes / sizeof(ulong), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _start = (int)(-address & (LineBytes - 1)) / sizeof(ulong);
        _width = width;
    }

    /// <summary>One row.</summary>
    internal Span<ulong> this[int row] => _memory.AsSpan(_start + row * _width, _width);

    /// <summary>Writes lanes' numbers, eight vectors for each eight numbers of a row, into eight rows that follow one another.</summary>
    internal void Put(int firstRow, ReadOnlySpan<Vector512<ulong>> vectors)
    {
        Span<Vector512<ulong>> turned = stackalloc Vector512<ulong>[Lanes];
        for (int at = 0; at < _width; at += Lanes)
        {
            LaneTranspose.Columns(
                vectors[at], vectors[at + 1], vectors[at + 2], vectors[at + 3], vectors[at + 4], vectors[at + 5], vectors[at + 6], vectors[at + 7], ref turned[0]);
            for (int lane = 0; lane < Lanes; lane++) turned[lane].CopyTo(this[firstRow + lane][at..]);
        }
    }

    /// <summary>Reads the row of each lane, as many vectors as a row has numbers.</summary>
    /// <param name="digits">The lanes' digits; a row is step times a digit's size, plus the lane's number times stride.</param>
    /// <param name="step">From one digit's row to the next.</param>
    /// <param name="stride">From one lane's row to the next.</param>
    /// <param name="vectors">Where the first vector goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Take(ReadOnlySpan<sbyte> digits, int step, int stride, ref Vector512<ulong> vectors)
    {
        nuint r0 = Row(digits[0], step, 0), r1 = Row(digits[1], step, stride), r2 = Row(digits[2], step, 2 * stride), r3 = Row(digits[3], step, 3 * stride);
        nuint r4 = Row(digits[4], step, 4 * stride), r5 = Row(digits[5], step, 5 * stride), r6 = Row(digits[6], step, 6 * stride), r7 = Row(digits[7], step, 7 * stride);
        ref ulong memory = ref MemoryMarshal.GetArrayDataReference(_memory);
        for (nuint at = 0; at < (nuint)_width; at += Lanes)
        {
            LaneTranspose.Columns(
                Vector512.LoadUnsafe(ref memory, r0 + at), Vector512.LoadUnsafe(ref memory, r1 + at), Vector512.LoadUnsafe(ref memory, r2 + at), Vector512.LoadUnsafe(ref memory, r3 + at),
                Vector512.LoadUnsafe(ref memory, r4 + at), Vector512.LoadUnsafe(ref memory, r5 + at), Vector512.LoadUnsafe(ref memory, r6 + at), Vector512.LoadUnsafe(ref memory, r7 + at),
                ref Unsafe.Add(ref vectors, at));
        }
    }

    // Reads are not checked one by one, so the row is.
    private nuint Row(sbyte digit, int step, int lane)
    {
        int at = _start + (Math.Abs((int)digit) * step + lane) * _width;
        if ((uint)at > (uint)(_memory.Length - _width)) throw new ArgumentOutOfRangeException(nameof(digit));
        return (nuint)at;
    }
}
