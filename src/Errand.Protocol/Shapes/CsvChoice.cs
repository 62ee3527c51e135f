using System.Collections.Immutable;

namespace Errand.Protocol;

/// <summary>One of some texts.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Values">Distinct, in ordinal order; without commas, quotes and control characters.</param>
public sealed record CsvChoice(string Name, ImmutableArray<string> Values) : CsvColumn(Name);
