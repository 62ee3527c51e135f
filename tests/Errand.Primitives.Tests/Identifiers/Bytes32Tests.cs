using System.Numerics;
using CsCheck;

namespace Errand.Primitives.Tests;

public sealed class Bytes32Tests
{
    private static readonly Gen<byte[]> Values = Gen.Byte.Array[32];

    [Fact]
    public void Bytes_survive_and_hex_survives() =>
        Values.Sample(bytes =>
            new Bytes32(bytes).ToArray().AsSpan().SequenceEqual(bytes)
            && Bytes32.TryParseHex(new Bytes32(bytes).ToString(), out Bytes32 again)
            && again == new Bytes32(bytes));

    [Fact]
    public void Order_and_bits_are_those_of_big_endian_numbers() =>
        Gen.Select(Values, Values, Gen.Int[0, 255]).Sample((a, b, bit) =>
        {
            var left = new BigInteger(a, isUnsigned: true, isBigEndian: true);
            var right = new BigInteger(b, isUnsigned: true, isBigEndian: true);
            Bytes32 x = new(a), y = new(b);
            return Math.Sign(x.CompareTo(y)) == left.CompareTo(right)
                && (x < y) == (left < right) && (x > y) == (left > right) && (x <= y) == (left <= right) && (x >= y) == (left >= right)
                && x.Bit(bit) == !((left >> (255 - bit)).IsEven);
        }, iter: 2_000);

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Other_lengths_are_refused(int length)
    {
        Assert.False(Bytes32.TryRead(new byte[length], out _));
        Assert.Throws<ArgumentException>(() => new Bytes32(new byte[length]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("AA00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("g000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(" 00000000000000000000000000000000000000000000000000000000000000 ")]
    public void Other_text_is_refused(string? text) => Assert.False(Bytes32.TryParseHex(text, out _));

    [Fact]
    public void Zero_is_zero()
    {
        Assert.True(default(Bytes32).IsZero);
        Assert.False(new Bytes32([.. new byte[31], 1]).IsZero);
        Assert.Equal("01020304", new Bytes32([1, 2, 3, 4, .. new byte[28]]).ToShortString());
    }
}
