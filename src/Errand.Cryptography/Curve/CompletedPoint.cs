namespace Errand.Cryptography;

/// <summary>The result of an addition before its last products: x = X/Z, y = Y/T. Coordinates need not be tight.</summary>
internal readonly struct CompletedPoint(FieldElement x, FieldElement y, FieldElement z, FieldElement t)
{
    private readonly FieldElement _x = x;
    private readonly FieldElement _y = y;
    private readonly FieldElement _z = z;
    private readonly FieldElement _t = t;

    internal EdwardsPoint ToPoint() => new(_x * _t, _y * _z, _z * _t, _x * _y);

    /// <summary>The point with T left 0: it may be doubled and encoded, not added to.</summary>
    internal EdwardsPoint ToPointWithoutT() => new(_x * _t, _y * _z, _z * _t, FieldElement.Zero);
}
