using System.Numerics;
using CsCheck;

namespace Errand.Cryptography.Tests;

/// <summary>Points and scalar products against the plain formulas.</summary>
public sealed class EdwardsPointTests
{
    // Points of every kind: multiples of the base point plus a point of small order.
    private static readonly Gen<NaivePoint> Points = Gen.Select(Gen.Frequency((1, Gen.Int[0, 9].Select(i => (BigInteger)i)), (3, Gen.UInt.Select(i => (BigInteger)i))), Gen.Int[0, 7])
        .Select((multiple, torsion) => multiple * NaivePoint.Base + NaivePoint.SmallOrder[torsion]);

    [Fact]
    public void The_base_point_is_RFC_8032s()
    {
        Assert.Equal("5866666666666666666666666666666666666666666666666666666666666666", Convert.ToHexStringLower(Encode(EdwardsPoint.Base)));
        Assert.Equal(NaivePoint.Base.Encode(), Encode(EdwardsPoint.Base));
    }

    [Fact]
    public void Random_bytes_are_decoded_as_the_plain_formulas_do() =>
        Gen.Byte.Array[32].Sample(bytes =>
        {
            bool decoded = EdwardsPoint.TryDecode(bytes, out EdwardsPoint point);
            return decoded == NaivePoint.Decode(bytes) is not null && (!decoded || Encode(point).AsSpan().SequenceEqual(bytes));
        }, iter: 500);

    [Fact]
    public void Every_low_or_non_canonical_y_is_decoded_as_the_plain_formulas_do()
    {
        foreach (BigInteger y in Enumerable.Range(0, 20).Select(i => (BigInteger)i).Concat(Enumerable.Range(1, 40).Select(i => BigInteger.Pow(2, 255) - i)))
        {
            foreach (BigInteger sign in (BigInteger[])[0, BigInteger.Pow(2, 255)])
            {
                byte[] bytes = NaivePoint.Number(y + sign);
                Assert.Equal(NaivePoint.Decode(bytes) is not null, EdwardsPoint.TryDecode(bytes, out _));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Other_lengths_are_refused(int length) => Assert.False(EdwardsPoint.TryDecode(new byte[length], out _));

    [Fact]
    public void Sums_differences_and_doubles_equal_the_plain_formulas() =>
        Gen.Select(Points, Points).Sample((a, b) =>
        {
            EdwardsPoint p = Decode(a), q = Decode(b);
            return Matches(p.Add(q.ToCached()).ToPoint(), a + b)
                && Matches(p.Subtract(q.ToCached()).ToPoint(), a - b)
                && Matches(p.Double().ToPoint(), a + a)
                && Matches(p.Double().ToPointWithoutT(), a + a)
                && Matches(p.Add(q.ToCached()).ToPoint().Add(p.ToCached()).ToPoint(), a + b + a)
                && Matches(p.MultiplyByCofactor(), 8 * a)
                && p.IsIdentity == (a == NaivePoint.Identity)
                && p.Subtract(p.ToCached()).ToPoint().IsIdentity;
        }, iter: 60);

    [Fact]
    public void Many_points_are_encoded_as_each_alone() =>
        Points.Array[1, 6].Sample(points =>
        {
            // Doubling makes Z differ from 1.
            EdwardsPoint[] doubled = [.. points.Select(point => Decode(point).Double().ToPoint())];
            var encoded = new byte[points.Length * 32];
            EdwardsPoint.EncodeAll(doubled, encoded);
            return encoded.AsSpan().SequenceEqual((byte[])[.. points.SelectMany(point => (point + point).Encode())]);
        }, iter: 30);

    [Fact]
    public void Double_scalar_products_equal_the_plain_formulas() =>
        Gen.Select(Scalars(32), Scalars(16), Points, Points).Sample((s, c, a, b) =>
        {
            EdwardsPoint p = Decode(a), q = Decode(b);
            BigInteger sNumber = NaivePoint.Number(s), cNumber = NaivePoint.Number(c);
            NaivePoint cb = cNumber * b;
            return Matches(DoubleScalar.BaseMinus(s, c, q), sNumber * NaivePoint.Base - cb)
                && Matches(DoubleScalar.Minus(s, p, c, q), sNumber * a - cb);
        }, iter: 30);

    [Fact]
    public void Scalar_products_at_the_borders_equal_the_plain_formulas()
    {
        NaivePoint a = 77 * NaivePoint.Base + NaivePoint.SmallOrder[1], b = 1_234 * NaivePoint.Base + NaivePoint.SmallOrder[3];
        foreach (byte[] s in (byte[][])[new byte[32], NaivePoint.Number(1), NaivePoint.Number(NaivePoint.Order - 1), NaivePoint.Number(BigInteger.Pow(2, 255) - 1), NaivePoint.Number(BigInteger.Pow(2, 128))])
        {
            foreach (byte[] c in (byte[][])[new byte[16], [1, .. new byte[15]], [.. Enumerable.Repeat((byte)0xFF, 16)]])
            {
                NaivePoint cb = NaivePoint.Number(c) * b;
                Assert.True(Matches(DoubleScalar.BaseMinus(s, c, Decode(b)), NaivePoint.Number(s) * NaivePoint.Base - cb));
                Assert.True(Matches(DoubleScalar.Minus(s, Decode(a), c, Decode(b)), NaivePoint.Number(s) * a - cb));
            }
        }
    }

    private static Gen<byte[]> Scalars(int size) => Gen.Byte.Array[size].Select(bytes =>
    {
        // s is below 2^255: clear the top bit of the longer kind.
        if (bytes.Length == 32) bytes[31] &= 0x7F;
        return bytes;
    });

    private static EdwardsPoint Decode(NaivePoint point)
    {
        Assert.True(EdwardsPoint.TryDecode(point.Encode(), out EdwardsPoint decoded));
        return decoded;
    }

    private static bool Matches(in EdwardsPoint point, NaivePoint expected) => Encode(point).AsSpan().SequenceEqual(expected.Encode());

    private static byte[] Encode(in EdwardsPoint point)
    {
        var encoded = new byte[EdwardsPoint.Size];
        EdwardsPoint.EncodeAll([point], encoded);
        return encoded;
    }
}
