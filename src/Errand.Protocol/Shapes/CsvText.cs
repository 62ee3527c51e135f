namespace Errand.Protocol;

/// <summary>Short free text over few characters.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="LengthMax">Characters at most; it may be empty.</param>
/// <param name="Alphabet">The characters allowed: distinct printable ones of ASCII in rising order, without comma and quote.</param>
public sealed record CsvText(string Name, int LengthMax, string Alphabet) : CsvColumn(Name);
