using System.Text.Json;

namespace Errand.Client;

/// <summary>Turns what the JSON reader says of a policy file into what people can use.</summary>
internal static class PolicyMembers
{
    private static readonly string[] Known =
    [
        "version", "kind", "apps", "data", "requesters", "recipients", "arguments", "secretArguments", "custody",
        "minEligibleExecutors", "accepts", "outputLimitBytes", "logLimitBytes", "paddingBytes", "shape",
    ];

    internal static string Explain(JsonException wrong)
    {
        string message = InPlainWords(wrong.Message.Split(" Path:", 2)[0]);
        string? member = Member(wrong.Path);
        if (member is null) return message;
        if (Known.Contains(member, StringComparer.Ordinal)) return $"\"{member}\": {message}";
        string nearest = Known.MinBy(known => Distance(known, member))!;
        string hint = Distance(nearest, member) <= member.Length / 2 ? $"Did you mean \"{nearest}\"?" : $"Known members are {string.Join(", ", Known)}.";
        return $"There is no member \"{member}\". {hint}";
    }

    // The library's own words name its types, which say nothing to who writes a policy.
    private static string InPlainWords(string message)
    {
        const string missing = "was missing required properties including: ";
        if (message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)) return "The value is of another type than this member takes.";
        int at = message.IndexOf(missing, StringComparison.Ordinal);
        return at < 0 ? message : $"Members are missing: {message[(at + missing.Length)..].Replace("'", "", StringComparison.Ordinal)}";
    }

    // The path is "$.member" or "$.member[0]", or "$" for the file as a whole.
    private static string? Member(string? path)
    {
        if (path is null || !path.StartsWith("$.", StringComparison.Ordinal)) return null;
        string member = path[2..];
        int end = member.IndexOfAny(['.', '[']);
        return end < 0 ? member : member[..end];
    }

    // Levenshtein's edit distance, letters compared without case.
    private static int Distance(string first, string second)
    {
        int[] row = [.. Enumerable.Range(0, second.Length + 1)];
        for (int i = 1; i <= first.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= second.Length; j++)
            {
                int change = diagonal + (char.ToLowerInvariant(first[i - 1]) == char.ToLowerInvariant(second[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
