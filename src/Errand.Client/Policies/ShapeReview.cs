using System.Globalization;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>A shape in plain words.</summary>
public static class ShapeReview
{
    /// <summary>What may leave, one sentence for each file, and who is told of a refusal.</summary>
    public static IEnumerable<string> Of(OutputShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        foreach (FileShape file in shape.Files)
            yield return file is CsvShape table
                ? $"May leave: {table.Name}, a table of at most {Number(table.RowsMax)} rows with the columns {string.Join(", ", table.Columns.Select(Say))}; in every row {table.Columns[table.CountColumn].Name} is at least {Number(table.CountMin)}."
                : $"May leave: {file.Name}, JSON without white space: {Say(((JsonShape)file).Root)}.";
        yield return "All of these files must be there, and nothing else leaves: otherwise the whole output stays in the enclave.";
        yield return shape.NoteKey.IsEmpty
            ? "A refusal is explained to nobody."
            : $"A refusal is explained, with the first {RefusalNote.BeginningSizeMax} bytes of the file at fault, to the HPKE key {OwnerPolicy.RecipientDigest(shape.NoteKey.Span)} (SHA-256).";
    }

    private static string Say(CsvColumn column) => column switch
    {
        CsvInteger whole => $"{whole.Name} (whole numbers of {whole.DigitsMax} digits)",
        CsvDecimal real => $"{real.Name} (numbers of {real.DigitsMax} digits, {real.PlacesMax} behind the point)",
        CsvChoice choice => $"{choice.Name} (one of {choice.Values.Length} values)",
        CsvText text => $"{text.Name} (text of {Number(text.LengthMax)} characters out of {text.Alphabet.Length})",
        _ => throw new InvalidOperationException("Unexpected kind of column."),
    };

    private static string Say(JsonType type) => type switch
    {
        JsonType.Map map => $"{{ {string.Join(", ", map.Properties.Select(property => $"{property.Name}{(property.Required ? "" : "?")}: {Say(property.Type)}"))} }}",
        JsonType.List list => $"a list of at most {Number(list.ItemsMax)}: {Say(list.Items)}",
        JsonType.Text text => $"a text of at most {Number(text.LengthMax)} characters",
        JsonType.Choice choice => $"one of {choice.Values.Length} texts",
        JsonType.Whole whole => $"a whole number {Between(whole.Minimum, whole.Maximum)}",
        JsonType.Number number => $"a number {Between(number.Minimum, number.Maximum)}",
        JsonType.Truth => "true or false",
        _ => throw new InvalidOperationException("Unexpected JSON type."),
    };

    private static string Between(long minimum, long maximum) => $"from {Number(minimum)} to {Number(maximum)}";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
