using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>Holds a table against its shape: one pass, no memory but for the finding.</summary>
internal static class CsvCheck
{
    /// <summary>The first fault, or null. Every byte of the content belongs to the header, to a field that its column takes, to a comma or to a line feed.</summary>
    public static ShapeFault? Check(CsvShape shape, ReadOnlySpan<byte> content)
    {
        if (!TryTakeLine(ref content, out ReadOnlySpan<byte> line)) return Fault(shape, ShapeRule.LineEnd, 0, -1);
        if (!line.SequenceEqual(Encoding.UTF8.GetBytes(string.Join(',', shape.Columns.Select(column => column.Name))))) return Fault(shape, ShapeRule.Header, 0, -1);
        // Listed values as bytes, once for all rows.
        byte[][]?[] values = [.. shape.Columns.Select(column => column is CsvChoice choice ? choice.Values.Select(Encoding.UTF8.GetBytes).ToArray() : null)];
        for (int row = 1; !content.IsEmpty; row++)
        {
            if (row > shape.RowsMax) return Fault(shape, ShapeRule.Rows, row, -1);
            if (!TryTakeLine(ref content, out line)) return Fault(shape, ShapeRule.LineEnd, row, -1);
            if (line.Count((byte)',') != shape.Columns.Length - 1) return Fault(shape, ShapeRule.Columns, row, -1);
            for (int i = 0; i < shape.Columns.Length; i++)
            {
                int comma = line.IndexOf((byte)',');
                ReadOnlySpan<byte> field = comma < 0 ? line : line[..comma];
                if (!Fits(shape.Columns[i], values[i], field)) return Fault(shape, ShapeRule.Field, row, i);
                if (i == shape.CountColumn && Count(field) < shape.CountMin) return Fault(shape, ShapeRule.GroupSize, row, i);
                line = line[(comma + 1)..];
            }
        }
        return null;
    }

    private static bool Fits(CsvColumn column, byte[][]? values, ReadOnlySpan<byte> field) => column switch
    {
        CsvInteger whole => PlainNumber.TryRead(field, out int digits, out int places) && places == 0 && digits <= whole.DigitsMax,
        CsvDecimal real => PlainNumber.TryRead(field, out int digits, out int places) && digits <= real.DigitsMax && places <= real.PlacesMax,
        CsvChoice => Contains(values!, field),
        CsvText text => field.Length <= text.LengthMax && IsOver(text.Alphabet, field),
        _ => throw new InvalidOperationException("Unexpected kind of column."),
    };

    private static bool Contains(byte[][] values, ReadOnlySpan<byte> field)
    {
        foreach (byte[] value in values)
            if (field.SequenceEqual(value)) return true;
        return false;
    }

    private static bool IsOver(string alphabet, ReadOnlySpan<byte> field)
    {
        foreach (byte letter in field)
            if (!alphabet.Contains((char)letter, StringComparison.Ordinal)) return false;
        return true;
    }

    // The field is a plain integer of at most 18 digits.
    private static long Count(ReadOnlySpan<byte> field) =>
        Utf8Parser.TryParse(field, out long count, out int used) && used == field.Length ? count : throw new InvalidOperationException("A count that was checked is none.");

    private static bool TryTakeLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        int end = rest.IndexOf((byte)'\n');
        line = end < 0 ? default : rest[..end];
        if (end >= 0) rest = rest[(end + 1)..];
        return end >= 0;
    }

    private static ShapeFault Fault(CsvShape shape, ShapeRule rule, int row, int column)
    {
        string where = row == 0 ? "header" : string.Create(CultureInfo.InvariantCulture, $"row {row}");
        return new ShapeFault(rule, shape.Name, column < 0 ? where : $"{where}, column {shape.Columns[column].Name}");
    }
}
