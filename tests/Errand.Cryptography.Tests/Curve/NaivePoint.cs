using System.Numerics;

namespace Errand.Cryptography.Tests;

/// <summary>edwards25519 in BigInteger by the complete formulas of RFC 8032 section 5.1.4: slow, plain, and the judge of the fast code.</summary>
internal readonly record struct NaivePoint(BigInteger X, BigInteger Y)
{
    internal static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    internal static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly BigInteger D = Mod(-121_665 * Invert(121_666));

    internal static NaivePoint Identity => new(0, 1);

    internal static NaivePoint Base { get; } = Decode(Number(Mod(4 * Invert(5))))!.Value;

    /// <summary>The eight points whose order divides eight, in the order of their multiples of the first of order eight.</summary>
    internal static NaivePoint[] SmallOrder { get; } = FindSmallOrder();

    internal static BigInteger Mod(BigInteger value)
    {
        BigInteger remainder = value % P;
        return remainder.Sign < 0 ? remainder + P : remainder;
    }

    internal static BigInteger Invert(BigInteger value) => BigInteger.ModPow(Mod(value), P - 2, P);

    internal static BigInteger Number(ReadOnlySpan<byte> littleEndian) => new(littleEndian, isUnsigned: true);

    /// <summary>32 little-endian bytes.</summary>
    internal static byte[] Number(BigInteger value)
    {
        var bytes = new byte[32];
        Assert.True(value.TryWriteBytes(bytes, out _, isUnsigned: true));
        return bytes;
    }

    internal static NaivePoint? Decode(ReadOnlySpan<byte> encoded)
    {
        BigInteger number = Number(encoded);
        BigInteger sign = number >> 255;
        BigInteger y = number - (sign << 255);
        if (y >= P) return null;
        BigInteger xx = Mod((y * y - 1) * Invert(D * y * y + 1));
        BigInteger x = BigInteger.ModPow(xx, (P + 3) / 8, P);
        if (Mod(x * x - xx) != 0) x = Mod(x * BigInteger.ModPow(2, (P - 1) / 4, P));
        if (Mod(x * x - xx) != 0) return null;
        if (x == 0 && sign == 1) return null;
        if ((x & 1) != sign) x = P - x;
        return new NaivePoint(x, y);
    }

    internal byte[] Encode() => Number(Y + ((X & 1) << 255));

    public static NaivePoint operator +(NaivePoint a, NaivePoint b)
    {
        BigInteger t = Mod(D * a.X * b.X % P * a.Y % P * b.Y);
        BigInteger inverse = Invert((1 + t) * (1 - t));
        return new NaivePoint(Mod((a.X * b.Y + b.X * a.Y) * (1 - t) % P * inverse), Mod((a.Y * b.Y + a.X * b.X) * (1 + t) % P * inverse));
    }

    public static NaivePoint operator -(NaivePoint a, NaivePoint b) => a + new NaivePoint(Mod(-b.X), b.Y);

    public static NaivePoint operator *(BigInteger scalar, NaivePoint point)
    {
        NaivePoint product = Identity;
        for (; scalar > 0; scalar >>= 1)
        {
            if (!scalar.IsEven) product += point;
            point += point;
        }
        return product;
    }

    private static NaivePoint[] FindSmallOrder()
    {
        for (BigInteger y = 2; ; y++)
        {
            if (Decode(Number(y)) is not { } point) continue;
            NaivePoint candidate = Order * point;
            if (4 * candidate == Identity) continue;
            return [.. Enumerable.Range(0, 8).Select(i => i * candidate)];
        }
    }
}
