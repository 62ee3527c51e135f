using System.Text.RegularExpressions;

namespace Errand.Architecture.Tests;

/// <summary>Numbers of rules in the specification, and the comments that cite them.</summary>
internal static partial class RuleNumbers
{
    /// <summary>What is wrong between pages and source files, in words; empty when they agree.</summary>
    /// <param name="pages">Text of the specification. A rule begins with its number in bold; one for people says so behind it.</param>
    /// <param name="sources">Text of source files.</param>
    public static IReadOnlyList<string> Compare(IEnumerable<string> pages, IEnumerable<string> sources)
    {
        var faults = new List<string>();
        var rules = new Dictionary<string, bool>(StringComparer.Ordinal);
        var mentioned = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string page in pages)
        {
            string section = "";
            foreach (string line in page.Split('\n'))
            {
                if (Heading().Match(line) is { Success: true } heading) section = heading.Groups["number"].Value;
                foreach (Match rule in Definition().Matches(line))
                {
                    string number = rule.Groups["number"].Value;
                    if (!rules.TryAdd(number, rule.Groups["people"].Success)) faults.Add($"R-{number} is defined twice");
                    if (number[..number.LastIndexOf('.')] != section) faults.Add($"R-{number} stands in section {section}");
                }
            }
            mentioned.UnionWith(Number().Matches(page).Select(match => match.Groups["number"].Value));
        }
        var cited = new SortedSet<string>(sources.SelectMany(source => source.Split('\n')).SelectMany(Citations), StringComparer.Ordinal);

        faults.AddRange(mentioned.Where(number => !rules.ContainsKey(number)).Select(number => $"R-{number} is mentioned in the specification and not defined"));
        faults.AddRange(cited.Where(number => !rules.ContainsKey(number)).Select(number => $"R-{number} is cited in code and not defined"));
        faults.AddRange(rules.Where(rule => !rule.Value && !cited.Contains(rule.Key)).Select(rule => $"R-{rule.Key} is cited nowhere and not marked as a rule for people"));
        faults.AddRange(rules.Where(rule => rule.Value && cited.Contains(rule.Key)).Select(rule => $"R-{rule.Key} is a rule for people, and code cites it"));
        return faults;
    }

    // Only what stands in a comment cites: a number in a string would be data.
    private static IEnumerable<string> Citations(string line)
    {
        int comment = line.IndexOf("//", StringComparison.Ordinal);
        return comment < 0 ? [] : Number().Matches(line[comment..]).Select(match => match.Groups["number"].Value);
    }

    [GeneratedRegex(@"^#+ (?<number>\d+(?:\.\d+)*) ")]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?:^|^\* |^\| |\| )\*\*R-(?<number>\d+(?:\.\d+)+)\*\*(?<people> \(people\))?")]
    private static partial Regex Definition();

    [GeneratedRegex(@"\bR-(?<number>\d+(?:\.\d+)+)")]
    private static partial Regex Number();
}
