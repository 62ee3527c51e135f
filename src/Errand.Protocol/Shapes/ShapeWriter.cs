using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Writes the form that <see cref="OutputShape"/> draws.</summary>
internal static class ShapeWriter
{
    public const ulong Version = 1;

    public static ReadOnlySpan<byte> Write(ImmutableArray<FileShape> files, ReadOnlySpan<byte> noteKey)
    {
        CanonicalWriter writer = new CanonicalWriter().Array(3).UInt(Version).Bytes(noteKey).Array(files.Length);
        foreach (FileShape file in files)
        {
            if (file is CsvShape table) Write(writer, table);
            else if (file is JsonShape json) Write(writer.Array(3).Text(json.Name).UInt(2), json.Root);
            else throw new InvalidOperationException("Unexpected kind of file shape.");
        }
        return writer.Span;
    }

    /// <summary>A signed number as an unsigned one: 0, −1, 1, −2 … become 0, 1, 2, 3 ….</summary>
    public static ulong ZigZag(long value) => unchecked((ulong)(value << 1 ^ value >> 63));

    private static void Write(CanonicalWriter writer, CsvShape table)
    {
        writer.Array(6).Text(table.Name).UInt(1).UInt(Number(table.RowsMax)).UInt(Number(table.CountColumn)).UInt(Number(table.CountMin)).Array(table.Columns.Length);
        foreach (CsvColumn column in table.Columns)
        {
            if (column is CsvInteger whole) writer.Array(3).Text(whole.Name).UInt(1).UInt(Number(whole.DigitsMax));
            else if (column is CsvDecimal real) writer.Array(4).Text(real.Name).UInt(2).UInt(Number(real.DigitsMax)).UInt(Number(real.PlacesMax));
            else if (column is CsvChoice choice) Write(writer.Array(3).Text(choice.Name).UInt(3), choice.Values);
            else if (column is CsvText text) writer.Array(4).Text(text.Name).UInt(4).UInt(Number(text.LengthMax)).Text(text.Alphabet);
            else throw new InvalidOperationException("Unexpected kind of column.");
        }
    }

    private static void Write(CanonicalWriter writer, JsonType type)
    {
        switch (type)
        {
            case JsonType.Map map:
                writer.Array(2).UInt(1).Array(map.Properties.Length);
                foreach (JsonType.Member property in map.Properties) Write(writer.Array(3).Text(property.Name).Bool(property.Required), property.Type);
                break;
            case JsonType.List list:
                Write(writer.Array(3).UInt(2).UInt(Number(list.ItemsMax)), list.Items);
                break;
            case JsonType.Text text:
                writer.Array(2).UInt(3).UInt(Number(text.LengthMax));
                break;
            case JsonType.Choice choice:
                Write(writer.Array(2).UInt(4), choice.Values);
                break;
            case JsonType.Whole whole:
                writer.Array(3).UInt(5).UInt(ZigZag(whole.Minimum)).UInt(ZigZag(whole.Maximum));
                break;
            case JsonType.Number number:
                writer.Array(3).UInt(6).UInt(ZigZag(number.Minimum)).UInt(ZigZag(number.Maximum));
                break;
            case JsonType.Truth:
                writer.Array(1).UInt(7);
                break;
            default:
                throw new InvalidOperationException("Unexpected JSON type.");
        }
    }

    private static void Write(CanonicalWriter writer, ImmutableArray<string> values)
    {
        writer.Array(values.Length);
        foreach (string value in values) writer.Text(value);
    }

    // Below zero there is nothing that a reader would take.
    private static ulong Number(long value) => value < 0 ? ulong.MaxValue : (ulong)value;
}
