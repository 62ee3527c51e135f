using System.Text.RegularExpressions;

namespace Errand.Architecture.Tests;

/// <summary>docs/protocol.md and the pages of docs/protocol/, as text.</summary>
internal static partial class Specification
{
    /// <summary>The pages, the index first.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "protocol.md")),
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs", "protocol"), "*.md").Order(StringComparer.Ordinal).Select(File.ReadAllText),
    ];

    /// <summary>The text from a heading to the next one.</summary>
    public static string Section(string number)
    {
        foreach (string page in Pages)
            if (Regex.Match(page, $@"^#+ {Regex.Escape(number)} .*?(?=^#+ |\z)", RegexOptions.Multiline | RegexOptions.Singleline) is { Success: true } found) return found.Value;
        throw new InvalidOperationException($"The specification has no section {number}.");
    }

    /// <summary>Rows of a table of numbers, codes and sentences, such as those of section 13.</summary>
    public static IReadOnlyList<(int Number, string Code, string Sentence)> Codes(string section) =>
        [.. NumberedRow().Matches(Section(section)).Select(row => (int.Parse(row.Groups["number"].Value), row.Groups["code"].Value, row.Groups["sentence"].Value.Trim()))];

    /// <summary>Rows of a table whose first column is a name in backquotes.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> Names(string section) =>
        [.. NamedRow().Matches(Section(section)).Select(row => (row.Groups["name"].Value, row.Groups["rest"].Value.Trim()))];

    [GeneratedRegex(@"^\| (?<number>\d+)(?: \*)? \| `(?<code>[a-z0-9-]+)` \| (?<sentence>.*?) \|$", RegexOptions.Multiline)]
    private static partial Regex NumberedRow();

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| (?<rest>.*?) \|$", RegexOptions.Multiline)]
    private static partial Regex NamedRow();
}
