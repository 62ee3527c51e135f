using System.Collections.Immutable;

namespace Errand.Protocol;

/// <summary>A table: a header line with exactly these columns, then rows, each ended by a line feed; no quotes, no carriage returns.</summary>
public sealed record CsvShape : FileShape
{
    /// <summary>Makes a table's shape. Nothing is checked here: <see cref="OutputShape.TryCreate"/> does.</summary>
    public CsvShape(string name, ImmutableArray<CsvColumn> columns, int rowsMax, int countColumn, long countMin)
        : base(name)
    {
        Columns = columns;
        RowsMax = rowsMax;
        CountColumn = countColumn;
        CountMin = countMin;
    }

    /// <summary>The columns, in order.</summary>
    public ImmutableArray<CsvColumn> Columns { get; }

    /// <summary>Rows below the header at most.</summary>
    public int RowsMax { get; }

    /// <summary>Which column, from 0, says how many records a row stands for. It is a <see cref="CsvInteger"/>.</summary>
    public int CountColumn { get; }

    /// <summary>The least value of that column, in every row: the minimum group size, from 1.</summary>
    public long CountMin { get; }
}
