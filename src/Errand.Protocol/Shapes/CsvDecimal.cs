namespace Errand.Protocol;

/// <summary>Numbers with a decimal point or without, no exponent.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="DigitsMax">Digits in all, 1 … <see cref="ShapeLimits.DigitsMax"/>.</param>
/// <param name="PlacesMax">Digits behind the point, fewer than digits in all.</param>
public sealed record CsvDecimal(string Name, int DigitsMax, int PlacesMax) : CsvColumn(Name);
