namespace Errand.Cryptography;

/// <summary>The decoding of a point (RFC 8032 section 5.1.3) between its two halves: y is read, x² = u/v is known.</summary>
internal readonly struct PointDecoding(FieldElement y, FieldElement u, FieldElement v, bool isNegative)
{
    private readonly FieldElement _y = y;
    private readonly FieldElement _u = u;
    private readonly FieldElement _v = v;

    /// <summary>u·v^7, of which the (p−5)/8-th power is needed; tight.</summary>
    internal FieldElement Base
    {
        get
        {
            FieldElement v3 = _v.Square() * _v;
            return _u * (v3.Square() * _v);
        }
    }

    /// <summary>The point; false when u/v is not a square, or for a negative zero.</summary>
    internal bool TryFinish(in FieldElement power, out EdwardsPoint point)
    {
        point = default;
        if (!FieldPowers.TrySquareRootOfRatio(_u, _v, power, out FieldElement x)) return false;
        if (x.IsZero && isNegative) return false;
        if (x.IsNegative != isNegative) x = (FieldElement.Zero - x).Tighten();
        point = new EdwardsPoint(x, _y, FieldElement.One, x * _y);
        return true;
    }
}
