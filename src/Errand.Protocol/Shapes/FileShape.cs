namespace Errand.Protocol;

/// <summary>What one file of a result must look like: <see cref="CsvShape"/> or <see cref="JsonShape"/>.</summary>
public abstract record FileShape
{
    private protected FileShape(string name) => Name = name;

    /// <summary>The file's name in /out.</summary>
    public string Name { get; }
}
