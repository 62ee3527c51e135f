using System.Collections.Immutable;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Reads the shape of a table from a shape file.</summary>
internal static class CsvShapeFile
{
    private const string Characters = "without commas, quotes and control characters";

    public static CsvShape Read(string name, ShapeObject table)
    {
        table.AllowOnly("columns", "maxRows", "count", "minCount");
        ImmutableArray<CsvColumn> columns = [.. table.Objects("columns", ShapeLimits.MembersMax).Select(Column)];
        if (columns.IsEmpty) throw table.Wrong("columns", "a list that is not empty");
        if (columns.Select(column => column.Name).Distinct(StringComparer.Ordinal).Count() != columns.Length) throw table.Wrong("columns", "columns with distinct names");
        string count = table.Text("count");
        int index = columns.FindIndex(column => column.Name == count);
        if (index < 0 || columns[index] is not CsvInteger) throw table.Wrong("count", "the name of a column of type integer, which says how many records a row stands for");
        return new CsvShape(name, columns, (int)table.Whole("maxRows", 0, ShapeLimits.RowsMax), index, table.Whole("minCount", 1, ShapeLimits.NumberMax));
    }

    private static int FindIndex(this ImmutableArray<CsvColumn> columns, Func<CsvColumn, bool> is_)
    {
        for (int i = 0; i < columns.Length; i++)
            if (is_(columns[i])) return i;
        return -1;
    }

    private static CsvColumn Column(ShapeObject column)
    {
        string name = column.Text("name");
        if (name.Length == 0 || !IsPlain(name)) throw column.Wrong("name", $"a text {Characters}, not empty, of at most {ShapeLimits.TextSizeMax} bytes");
        switch (column.Text("type"))
        {
            case "integer":
                column.AllowOnly("name", "type", "maxDigits");
                return new CsvInteger(name, Digits(column));
            case "decimal":
                column.AllowOnly("name", "type", "maxDigits", "maxPlaces");
                var digits = (int)column.Whole("maxDigits", 2, ShapeLimits.DigitsMax);
                return new CsvDecimal(name, digits, (int)column.Whole("maxPlaces", 1, digits - 1));
            case "choice":
                column.AllowOnly("name", "type", "values");
                ImmutableArray<string> values = [.. column.Texts("values", ShapeLimits.ValuesMax).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
                if (values.IsEmpty || !values.All(IsPlain)) throw column.Wrong("values", $"1 to {ShapeLimits.ValuesMax} texts {Characters}, of at most {ShapeLimits.TextSizeMax} bytes");
                return new CsvChoice(name, values);
            case "text":
                column.AllowOnly("name", "type", "maxLength", "alphabet");
                string alphabet = string.Concat(column.Text("alphabet").Distinct().Order());
                if (alphabet.Length == 0 || !alphabet.All(char.IsAscii) || !IsPlain(alphabet)) throw column.Wrong("alphabet", $"printable ASCII characters {Characters}");
                return new CsvText(name, (int)column.Whole("maxLength", 0, ShapeLimits.LengthMax), alphabet);
            default:
                throw column.Wrong("type", "integer, decimal, choice or text");
        }
    }

    private static int Digits(ShapeObject column) => (int)column.Whole("maxDigits", 1, ShapeLimits.DigitsMax);

    private static bool IsPlain(string text) =>
        System.Text.Encoding.UTF8.GetByteCount(text) <= ShapeLimits.TextSizeMax && !text.Any(letter => char.IsControl(letter) || letter is ',' or '"');
}
