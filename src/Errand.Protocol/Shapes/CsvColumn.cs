namespace Errand.Protocol;

/// <summary>A column of a <see cref="CsvShape"/>: <see cref="CsvInteger"/>, <see cref="CsvDecimal"/>, <see cref="CsvChoice"/> or <see cref="CsvText"/>.</summary>
public abstract record CsvColumn
{
    private protected CsvColumn(string name) => Name = name;

    /// <summary>Its name in the header.</summary>
    public string Name { get; }
}
