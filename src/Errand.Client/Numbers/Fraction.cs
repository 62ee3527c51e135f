using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Errand.Client;

/// <summary>A number between 0 and 1 as people write it, kept exactly.</summary>
/// <param name="Numerator">Not negative.</param>
/// <param name="Denominator">A power of ten, not below the numerator.</param>
public readonly record struct Fraction(BigInteger Numerator, BigInteger Denominator)
{
    private const int DigitsMax = 9;

    /// <summary>1 minus this.</summary>
    public Fraction Complement => this with { Numerator = Denominator - Numerator };

    /// <summary>Reads a decimal from 0 to 1 with at most nine digits after the point.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Fraction value)
    {
        value = default;
        if (text is null || text.Length > DigitsMax + 2 || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) || number is < 0 or > 1) return false;
        BigInteger scale = BigInteger.Pow(10, DigitsMax);
        value = new Fraction(new BigInteger(number * (decimal)scale), scale);
        return true;
    }

    /// <summary>⌊this · count⌋.</summary>
    public long Of(long count) => (long)(Numerator * count / Denominator);

    /// <summary>The decimal.</summary>
    public override string ToString() => ((decimal)Numerator / (decimal)Denominator).ToString("0.#########", CultureInfo.InvariantCulture);
}
