namespace Errand.Cryptography;

/// <summary>
/// The non-adjacent form of a number with a window: digits are 0 or odd, below 2^(width−1) in absolute value, and of
/// <c>width</c> digits in a row at most one is not 0. For public numbers only.
/// </summary>
internal static class Wnaf
{
    /// <summary>Digits, lowest first, of a little-endian number; there must be room for one more digit than the number has bits.</summary>
    internal static void Recode(ReadOnlySpan<byte> number, int width, Span<sbyte> digits)
    {
        if (digits.Length <= number.Length * 8) throw new ArgumentException("Too few digits.", nameof(digits));
        digits.Clear();
        int carry = 0;
        for (int position = 0; position < digits.Length;)
        {
            int window = Bits(number, position, width) + carry;
            if ((window & 1) == 0)
            {
                // Bit and carry are equal here: 0 + 0, or 1 + 1 which carries on.
                position++;
                continue;
            }
            carry = window >> (width - 1);
            digits[position] = (sbyte)(window - (carry << width));
            position += width;
        }
        if (carry != 0) throw new InvalidOperationException("The number has more bits than it says.");
    }

    private static int Bits(ReadOnlySpan<byte> number, int position, int count)
    {
        int index = position / 8;
        int word = 0;
        for (int i = 0; i < 3 && index + i < number.Length; i++) word |= number[index + i] << (8 * i);
        return word >> (position % 8) & ((1 << count) - 1);
    }
}
