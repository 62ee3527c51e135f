namespace Errand.Cryptography;

/// <summary>A point prepared for being added many times: Y + X, Y − X, Z, 2d·T.</summary>
internal readonly struct CachedPoint(FieldElement yPlusX, FieldElement yMinusX, FieldElement z, FieldElement t2d)
{
    internal readonly FieldElement YPlusX = yPlusX;
    internal readonly FieldElement YMinusX = yMinusX;
    internal readonly FieldElement Z = z;
    internal readonly FieldElement T2d = t2d;

    /// <summary>Fills <paramref name="table"/> with P, 3P, 5P, …</summary>
    internal static void FillOddMultiples(in EdwardsPoint point, Span<CachedPoint> table)
    {
        CachedPoint twice = point.Double().ToPoint().ToCached();
        EdwardsPoint current = point;
        table[0] = current.ToCached();
        for (int i = 1; i < table.Length; i++)
        {
            current = current.Add(twice).ToPoint();
            table[i] = current.ToCached();
        }
    }
}
