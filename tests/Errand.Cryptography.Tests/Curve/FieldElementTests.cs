using System.Numerics;
using CsCheck;

namespace Errand.Cryptography.Tests;

/// <summary>The limbs against BigInteger, with numbers near every border.</summary>
public sealed class FieldElementTests
{
    private static readonly BigInteger[] Edges =
    [
        0, 1, 2, 18, 19, 20, NaivePoint.P - 1, NaivePoint.P - 2, NaivePoint.P - 19, NaivePoint.P / 2,
        BigInteger.Pow(2, 51) - 1, BigInteger.Pow(2, 51), BigInteger.Pow(2, 102) - 1, BigInteger.Pow(2, 204) - 1, BigInteger.Pow(2, 254) - 1,
    ];

    private static readonly Gen<BigInteger> Numbers = Gen.Frequency(
        (1, Gen.Int[0, Edges.Length - 1].Select(i => Edges[i])),
        (3, Gen.Byte.Array[32].Select(bytes => NaivePoint.Mod(NaivePoint.Number(bytes)))));

    [Fact]
    public void An_encoding_is_decoded_and_encoded_again() =>
        Numbers.Sample(a => Number(Field(a)) == a, iter: 5_000);

    [Fact]
    public void Sums_differences_products_and_squares_equal_BigIntegers() =>
        Gen.Select(Numbers, Numbers).Sample((a, b) =>
        {
            FieldElement x = Field(a), y = Field(b);
            return Number(x + y) == NaivePoint.Mod(a + b)
                && Number(x - y) == NaivePoint.Mod(a - b)
                && Number(x * y) == NaivePoint.Mod(a * b)
                && Number(x.Square()) == NaivePoint.Mod(a * a)
                && Number((x - y).Tighten()) == NaivePoint.Mod(a - b);
        }, iter: 20_000);

    [Fact]
    public void Products_of_uncarried_operands_equal_BigIntegers() =>
        Gen.Select(Numbers, Numbers, Numbers, Numbers).Sample((a, b, c, d) =>
        {
            // The loosest operands that point formulas make: limbs just below 2^54.
            FieldElement w = Field(a), x = Field(b), y = Field(c), z = Field(d);
            FieldElement left = x + x + w - y, right = z + z + y - w;
            BigInteger leftNumber = NaivePoint.Mod(2 * b + a - c), rightNumber = NaivePoint.Mod(2 * d + c - a);
            return Number(left * right) == NaivePoint.Mod(leftNumber * rightNumber)
                && Number(left.Square()) == NaivePoint.Mod(leftNumber * leftNumber)
                && Number(left) == leftNumber
                && left.IsZero == leftNumber.IsZero
                && left.IsNegative == !leftNumber.IsEven;
        }, iter: 20_000);

    [Fact]
    public void Long_chains_stay_within_their_bounds() =>
        Gen.Select(Numbers, Numbers).Sample((a, b) =>
        {
            FieldElement x = Field(a), y = Field(b);
            for (int i = 0; i < 50; i++)
            {
                (x, y) = ((x + y) * (x - y), (y + y + x - y).Square());
                (a, b) = (NaivePoint.Mod((a + b) * (a - b)), NaivePoint.Mod((a + b) * (a + b)));
            }
            return Number(x) == a && Number(y) == b;
        }, iter: 200);

    [Fact]
    public void Inverses_equal_BigIntegers() =>
        Numbers.Sample(a => Number(FieldPowers.Invert(Field(a))) == NaivePoint.Invert(a), iter: 300);

    [Fact]
    public void Roots_are_found_exactly_for_squares() =>
        Gen.Select(Numbers, Numbers.Where(v => v != 0)).Sample((u, v) =>
        {
            bool isSquare = u.IsZero || BigInteger.ModPow(NaivePoint.Mod(u * NaivePoint.Invert(v)), (NaivePoint.P - 1) / 2, NaivePoint.P).IsOne;
            FieldElement cube = Field(v).Square() * Field(v);
            FieldElement power = FieldPowers.Power252Minus3(Field(u) * (cube.Square() * Field(v)));
            bool found = FieldPowers.TrySquareRootOfRatio(Field(u), Field(v), power, out FieldElement root);
            return found == isSquare && (!found || NaivePoint.Mod(v * Number(root) * Number(root)) == u);
        }, iter: 300);

    [Fact]
    public void Every_number_from_p_to_2_to_the_255_is_refused()
    {
        Assert.True(FieldElement.TryDecode(NaivePoint.Number(NaivePoint.P - 1), out _));
        for (int i = 0; i < 19; i++)
        {
            Assert.False(FieldElement.TryDecode(NaivePoint.Number(NaivePoint.P + i), out _));
            Assert.False(FieldElement.TryDecode(NaivePoint.Number(NaivePoint.P + i + BigInteger.Pow(2, 255)), out _));
        }
    }

    private static FieldElement Field(BigInteger number)
    {
        Assert.True(FieldElement.TryDecode(NaivePoint.Number(number), out FieldElement value));
        return value;
    }

    private static BigInteger Number(in FieldElement value)
    {
        var encoded = new byte[FieldElement.Size];
        value.Encode(encoded);
        return NaivePoint.Number(encoded);
    }
}
