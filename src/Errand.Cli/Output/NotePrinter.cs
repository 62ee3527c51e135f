using System.Globalization;
using System.Text;
using System.Text.Json;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Shows why an output was refused, as the data owner reads it.</summary>
internal static class NotePrinter
{
    public static void Print(CommandContext context, RefusalNote note)
    {
        if (note.Rule == ShapeRule.None)
        {
            context.Line($"shape    {note.Rule.Sentence()}");
            return;
        }
        string where = note.Where.Length == 0 ? "" : $", {note.Where}";
        context.Line($"refused  {Harmless(note.File)}{Harmless(where)}: {note.Rule.Sentence()}");
        context.Line(string.Create(CultureInfo.InvariantCulture, $"size     {note.FileSizeBytes:N0} bytes; {note.Files} file(s) of {note.TotalSizeBytes:N0} bytes in all"));
        if (note.Beginning.IsEmpty) return;
        context.Line($"begins   (the first {note.Beginning.Length} bytes; it did not leave)");
        foreach (string line in Harmless(Encoding.UTF8.GetString(note.Beginning.Span)).TrimEnd('\n').Split('\n')) context.Line($"         {line}");
    }

    public static void Write(Utf8JsonWriter json, RefusalNote note, AssetId? asset = null)
    {
        json.WriteStartObject();
        if (asset is { } id) json.WriteString("asset", id.ToString());
        json.WriteNumber("rule", (int)note.Rule);
        json.WriteString("sentence", note.Rule.Sentence());
        json.WriteString("file", note.File);
        json.WriteString("where", note.Where);
        json.WriteNumber("bytes", note.FileSizeBytes);
        json.WriteNumber("files", note.Files);
        json.WriteNumber("totalBytes", note.TotalSizeBytes);
        json.WriteString("beginning", Convert.ToHexStringLower(note.Beginning.Span));
        json.WriteEndObject();
    }

    // An app wrote it: it may hold what a terminal obeys.
    private static string Harmless(string text) => string.Concat(text.Select(letter => char.IsControl(letter) && letter is not ('\n' or '\t') ? '\uFFFD' : letter));
}
