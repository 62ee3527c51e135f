using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Errand.Cryptography;

/// <summary>Numbers of eight lanes as signed digits of a fixed width, lowest first. One instance is for one thread.</summary>
/// <param name="count">Digits of a number, with one more for a carry where its top bits can be set.</param>
/// <param name="bits">Width of a digit: 4 gives −8 … 8, 8 gives −128 … 127.</param>
internal sealed class LaneDigits(int count, int bits)
{
    private readonly sbyte[] _digits = new sbyte[count * FieldLanes.Count];

    /// <summary>The digits of one place, one for each lane.</summary>
    internal ReadOnlySpan<sbyte> this[int place] => _digits.AsSpan(place * FieldLanes.Count, FieldLanes.Count);

    /// <summary>Takes a little-endian number of one lane, or its negative: with digits of 4 bits only, as −(−128) has no place in a byte.</summary>
    /// <exception cref="InvalidOperationException">The number has more digits than there is place for.</exception>
    internal void Set(int lane, ReadOnlySpan<byte> number, bool negate = false)
    {
        int half = 1 << (bits - 1);
        int perByte = 8 / bits;
        int carry = 0;
        for (int i = 0; i < count; i++)
        {
            int bitsOfIt = i / perByte < number.Length ? number[i / perByte] >> (bits * (i % perByte)) & (2 * half - 1) : 0;
            int digit = bitsOfIt + carry;
            carry = digit >= half ? 1 : 0;
            digit -= 2 * half * carry;
            _digits[i * FieldLanes.Count + lane] = (sbyte)(negate ? -digit : digit);
        }
        if (carry != 0) throw new InvalidOperationException("The number has more bits than it says.");
    }

    /// <summary>All bits of the lanes whose digit is negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<ulong> Negative(ReadOnlySpan<sbyte> digits) =>
        Vector512.LessThan(Vector512.Create(digits[0], digits[1], digits[2], digits[3], digits[4], digits[5], digits[6], digits[7]), Vector512<long>.Zero).AsUInt64();
}
