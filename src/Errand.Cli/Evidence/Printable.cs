namespace Errand.Cli;

/// <summary>Text from outside as a terminal may show it: evidence must not move the cursor or rename the window.</summary>
internal static class Printable
{
    public static string Of(string text) => text.All(IsPlain) ? text : string.Concat(text.Select(letter => IsPlain(letter) ? letter.ToString() : $"\\u{(int)letter:x4}"));

    private static bool IsPlain(char letter) => !char.IsControl(letter) && char.GetUnicodeCategory(letter) is not (System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator);
}
