using CsCheck;

namespace Errand.Cryptography.Tests;

/// <summary>Eight lanes against <see cref="FieldElement"/>, which has its own tests against big integers.</summary>
public sealed class FieldLanesTests
{
    private static readonly Gen<byte> Edges = Gen.OneOf(Gen.Byte, Gen.Const((byte)0), Gen.Const((byte)0xFF), Gen.Const((byte)0x7F), Gen.Const((byte)0x80));

    private static FieldElement[] Elements(byte[] bytes)
    {
        var elements = new FieldElement[FieldLanes.Count];
        for (int i = 0; i < elements.Length; i++)
        {
            byte[] one = bytes[(32 * i)..(32 * i + 32)];
            one[31] &= 0x7F;
            // Values of p and above do not decode: any of them will do here.
            if (!FieldElement.TryDecode(one, out elements[i])) elements[i] = FieldElement.FromSmall(19);
        }
        return elements;
    }

    private static string Encode(FieldElement element)
    {
        var bytes = new byte[32];
        element.Encode(bytes);
        return Convert.ToHexString(bytes);
    }

    [Fact]
    public void Arithmetic_in_lanes_is_that_of_single_elements()
    {
        if (!FieldLanes.IsSupported) Assert.Skip("This processor has no AVX-512.");
        Gen.Select(Edges.Array[256], Edges.Array[256]).Sample(
            (first, second) =>
            {
                FieldElement[] a = Elements(first), b = Elements(second);
                FieldLanes.Load(a, out FieldLanes x);
                FieldLanes.Load(b, out FieldLanes y);
                FieldLanes.Multiply(x, y, out FieldLanes product);
                FieldLanes.Square(x, out FieldLanes square);
                FieldLanes.Subtract(x, y, out FieldLanes difference);
                FieldLanes.Add(x, y, out FieldLanes sum);
                // As large as operands may get: a − b + 2p, and three times a.
                FieldLanes.Add(sum, x, out FieldLanes large);
                FieldLanes.Multiply(large, difference, out FieldLanes mixed);
                FieldLanes.Multiply(difference, large, out FieldLanes turned);
                FieldLanes.Square(large, out FieldLanes largeSquare);
                FieldLanes.Square(difference, out FieldLanes differenceSquare);
                difference.Carry();
                for (int i = 0; i < FieldLanes.Count; i++)
                {
                    FieldElement minus = (a[i] - b[i]).Tighten(), three = (a[i] + b[i] + a[i]).Tighten();
                    Assert.Equal(Encode(a[i] * b[i]), Encode(product[i]));
                    Assert.Equal(Encode(a[i].Square()), Encode(square[i]));
                    Assert.Equal(Encode(minus), Encode(difference[i]));
                    Assert.Equal(Encode(three * minus), Encode(mixed[i]));
                    Assert.Equal(Encode(three * minus), Encode(turned[i]));
                    Assert.Equal(Encode(three.Square()), Encode(largeSquare[i]));
                    Assert.Equal(Encode(minus.Square()), Encode(differenceSquare[i]));
                }
            },
            iter: 2_000,
            threads: 1);
    }

    [Fact]
    public void The_power_in_lanes_is_that_of_single_elements()
    {
        if (!FieldLanes.IsSupported) Assert.Skip("This processor has no AVX-512.");
        Edges.Array[256].Sample(
            bytes =>
            {
                FieldElement[] elements = Elements(bytes);
                FieldElement[] powers = [.. elements];
                PowerLanes.Power252Minus3(powers.AsSpan(0, 5));
                for (int i = 0; i < 5; i++) Assert.Equal(Encode(FieldPowers.Power252Minus3(elements[i])), Encode(powers[i]));
                for (int i = 5; i < powers.Length; i++) Assert.Equal(Encode(elements[i]), Encode(powers[i]));
            },
            iter: 30,
            threads: 1);
    }
}
