using System.Numerics;
using CsCheck;

namespace Errand.Cryptography.Tests;

public sealed class WnafTests
{
    [Fact]
    public void Digits_are_odd_small_and_far_apart_and_sum_up_to_the_number() =>
        Gen.Select(Gen.OneOf(Gen.Byte.Array[16], Gen.Byte.Array[32]), Gen.Int[2, 8]).Sample((number, width) => Check(number, width), iter: 5_000);

    [Fact]
    public void Numbers_of_ones_only_carry_to_the_last_digit()
    {
        for (int width = 2; width <= 8; width++) Assert.True(Check([.. Enumerable.Repeat((byte)0xFF, 16)], width));
    }

    [Fact]
    public void Too_few_digits_throw() => Assert.Throws<ArgumentException>(() => Wnaf.Recode(new byte[16], 5, new sbyte[128]));

    private static bool Check(byte[] number, int width)
    {
        var digits = new sbyte[number.Length * 8 + 1];
        Wnaf.Recode(number, width, digits);
        BigInteger sum = 0;
        int last = -width;
        for (int i = 0; i < digits.Length; i++)
        {
            if (digits[i] == 0) continue;
            if (digits[i] % 2 == 0 || Math.Abs((int)digits[i]) >= 1 << (width - 1) || i - last < width) return false;
            last = i;
            sum += digits[i] * BigInteger.Pow(2, i);
        }
        return sum == NaivePoint.Number(number);
    }
}
