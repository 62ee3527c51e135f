namespace Errand.Cryptography;

/// <summary>
/// A point of edwards25519, −x² + y² = 1 + d·x²·y², in extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z (RFC 8032 section 5.1.4).
/// For public values only.
/// </summary>
/// <remarks>Coordinates are tight, see <see cref="FieldElement"/>.</remarks>
internal readonly struct EdwardsPoint(FieldElement x, FieldElement y, FieldElement z, FieldElement t)
{
    /// <summary>Length of an encoding.</summary>
    internal const int Size = 32;

    private static readonly FieldElement D = ComputeD();
    private static readonly FieldElement D2 = (D + D).Tighten();

    /// <summary>2d.</summary>
    internal static FieldElement TwiceD => D2;

    internal readonly FieldElement X = x;
    internal readonly FieldElement Y = y;
    internal readonly FieldElement Z = z;
    internal readonly FieldElement T = t;

    internal static EdwardsPoint Identity => new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <summary>The base point B: y = 4/5, x even.</summary>
    internal static EdwardsPoint Base { get; } = ComputeBase();

    internal bool IsIdentity => X.IsZero && (Y - Z).IsZero;

    /// <summary>Reads a point (RFC 8032 section 5.1.3); false unless it is the one canonical encoding of a point of the curve.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> encoded, out EdwardsPoint point)
    {
        point = default;
        return TryBeginDecoding(encoded, out PointDecoding decoding) && decoding.TryFinish(FieldPowers.Power252Minus3(decoding.Base), out point);
    }

    /// <summary>Decoding up to the one power that takes nearly all of its time.</summary>
    internal static bool TryBeginDecoding(ReadOnlySpan<byte> encoded, out PointDecoding decoding)
    {
        decoding = default;
        if (encoded.Length != Size || !FieldElement.TryDecode(encoded, out FieldElement y)) return false;
        FieldElement ySquared = y.Square();
        decoding = new PointDecoding(y, (ySquared - FieldElement.One).Tighten(), (ySquared * D + FieldElement.One).Tighten(), (encoded[Size - 1] & 0x80) != 0);
        return true;
    }

    /// <summary>Twice this point. T is not read.</summary>
    internal CompletedPoint Double()
    {
        FieldElement xx = X.Square();
        FieldElement yy = Y.Square();
        FieldElement zz = Z.Square();
        FieldElement sum = yy + xx;
        return new CompletedPoint((X + Y).Square() - sum, sum, yy - xx, zz + zz + xx - yy);
    }

    internal CompletedPoint Add(in CachedPoint other)
    {
        FieldElement pp = (Y + X) * other.YPlusX;
        FieldElement mm = (Y - X) * other.YMinusX;
        FieldElement tt = T * other.T2d;
        FieldElement zz = Z * other.Z;
        FieldElement zz2 = zz + zz;
        return new CompletedPoint(pp - mm, pp + mm, zz2 + tt, zz2 - tt);
    }

    internal CompletedPoint Subtract(in CachedPoint other)
    {
        FieldElement pp = (Y + X) * other.YMinusX;
        FieldElement mm = (Y - X) * other.YPlusX;
        FieldElement tt = T * other.T2d;
        FieldElement zz = Z * other.Z;
        FieldElement zz2 = zz + zz;
        return new CompletedPoint(pp - mm, pp + mm, zz2 - tt, zz2 + tt);
    }

    /// <summary>8 times this point: a point of prime order, or the identity.</summary>
    internal EdwardsPoint MultiplyByCofactor() => Double().ToPoint().Double().ToPoint().Double().ToPoint();

    /// <summary>The form in which points are added.</summary>
    internal CachedPoint ToCached() => new(Y + X, Y - X, Z, T * D2);

    /// <summary>Writes the canonical encodings of several points, 32 bytes each, for the price of one inversion.</summary>
    internal static void EncodeAll(ReadOnlySpan<EdwardsPoint> points, Span<byte> destination) =>
        EncodeAll(points, FieldPowers.Invert(ProductOfZ(points)), destination);

    /// <summary>What <see cref="EncodeAll(ReadOnlySpan{EdwardsPoint}, in FieldElement, Span{byte})"/> needs the inverse of.</summary>
    internal static FieldElement ProductOfZ(ReadOnlySpan<EdwardsPoint> points)
    {
        FieldElement product = FieldElement.One;
        foreach (ref readonly EdwardsPoint point in points) product *= point.Z;
        return product;
    }

    /// <summary>The same with the inverse of the product of all Z.</summary>
    internal static void EncodeAll(ReadOnlySpan<EdwardsPoint> points, in FieldElement inverseOfProduct, Span<byte> destination)
    {
        // Montgomery's trick: peel off one factor after the other.
        Span<FieldElement> products = stackalloc FieldElement[points.Length];
        FieldElement product = FieldElement.One;
        for (int i = 0; i < points.Length; i++)
        {
            products[i] = product;
            product *= points[i].Z;
        }
        FieldElement inverse = inverseOfProduct;
        for (int i = points.Length - 1; i >= 0; i--)
        {
            FieldElement zInverse = inverse * products[i];
            inverse *= points[i].Z;
            Span<byte> encoded = destination.Slice(i * Size, Size);
            (points[i].Y * zInverse).Encode(encoded);
            if ((points[i].X * zInverse).IsNegative) encoded[Size - 1] |= 0x80;
        }
    }

    // d = −121665/121666 (RFC 8032 section 5.1).
    private static FieldElement ComputeD() =>
        (FieldElement.Zero - FieldElement.FromSmall(121_665)) * FieldPowers.Invert(FieldElement.FromSmall(121_666));

    private static EdwardsPoint ComputeBase()
    {
        Span<byte> encoded = stackalloc byte[Size];
        (FieldElement.FromSmall(4) * FieldPowers.Invert(FieldElement.FromSmall(5))).Encode(encoded);
        return TryDecode(encoded, out EdwardsPoint point) ? point : throw new InvalidOperationException("The base point is not on the curve.");
    }
}
