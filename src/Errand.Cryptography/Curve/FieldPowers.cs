namespace Errand.Cryptography;

/// <summary>Powers of field elements by fixed addition chains, and what is made of them.</summary>
internal static class FieldPowers
{
    /// <summary>A square root of −1: 2^((p−1)/4).</summary>
    private static readonly FieldElement SquareRootOfMinusOne = ComputeSquareRootOfMinusOne();

    /// <summary>1/a, and 0 for 0: a^(p−2) with p − 2 = 2^255 − 21.</summary>
    internal static FieldElement Invert(in FieldElement a)
    {
        return FinishInversion(a, Power252Minus3(a));
    }

    /// <summary>1/a from a^(2^252 − 3): 2^255 − 21 = 8 · (2^252 − 3) + 3.</summary>
    internal static FieldElement FinishInversion(in FieldElement a, in FieldElement power)
    {
        return SquareTimes(power, 3) * a.Square() * a;
    }

    /// <summary>x with v·x² = u; false when u/v is not a square (RFC 8032 section 5.1.3, step 3). u must be tight.</summary>
    /// <param name="u">The dividend.</param>
    /// <param name="v">The divisor.</param>
    /// <param name="power">(u·v^7)^((p−5)/8).</param>
    /// <param name="root">x, one of the two.</param>
    internal static bool TrySquareRootOfRatio(in FieldElement u, in FieldElement v, in FieldElement power, out FieldElement root)
    {
        FieldElement candidate = u * (v.Square() * v) * power;
        FieldElement check = v * candidate.Square();
        root = candidate;
        if ((check - u).IsZero) return true;
        root = candidate * SquareRootOfMinusOne;
        return (check + u).IsZero;
    }

    /// <summary>a^((p−5)/8) = a^(2^252 − 3).</summary>
    internal static FieldElement Power252Minus3(in FieldElement a) => SquareTimes(Power250(a), 2) * a;

    /// <summary>a^(2^250 − 1).</summary>
    private static FieldElement Power250(in FieldElement a)
    {
        FieldElement power2 = a.Square();
        FieldElement power9 = SquareTimes(power2, 2) * a;
        FieldElement power11 = power9 * power2;
        FieldElement ones5 = power11.Square() * power9; // 2^5 − 1
        FieldElement ones10 = SquareTimes(ones5, 5) * ones5;
        FieldElement ones20 = SquareTimes(ones10, 10) * ones10;
        FieldElement ones40 = SquareTimes(ones20, 20) * ones20;
        FieldElement ones50 = SquareTimes(ones40, 10) * ones10;
        FieldElement ones100 = SquareTimes(ones50, 50) * ones50;
        FieldElement ones200 = SquareTimes(ones100, 100) * ones100;
        return SquareTimes(ones200, 50) * ones50;
    }

    private static FieldElement SquareTimes(FieldElement a, int times)
    {
        for (; times > 0; times--) a = a.Square();
        return a;
    }

    // (p−1)/4 = 2^253 − 5 = 2·(2^252 − 3) + 1.
    private static FieldElement ComputeSquareRootOfMinusOne()
    {
        var two = FieldElement.FromSmall(2);
        return Power252Minus3(two).Square() * two;
    }
}
