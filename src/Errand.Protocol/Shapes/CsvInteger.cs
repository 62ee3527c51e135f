namespace Errand.Protocol;

/// <summary>Whole numbers without leading zeros.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="DigitsMax">1 … <see cref="ShapeLimits.DigitsMax"/>.</param>
public sealed record CsvInteger(string Name, int DigitsMax) : CsvColumn(Name);
