using System.Text;
using System.Text.RegularExpressions;

namespace Errand.Protocol.Tests;

/// <summary>The CDDL in the pages of the specification, and the file that holds all of it.</summary>
internal static partial class Pages
{
    private static readonly string[] Order = ["entries", "conventions", "genesis", "tasks", "audit", "sealed-files", "state", "messages"];

    /// <summary>docs/protocol/entries.cddl.</summary>
    public static string CddlPath { get; } = Path.Combine(Repository.Root, "docs", "protocol", "entries.cddl");

    /// <summary>The rules of that file.</summary>
    public static CddlSchema Schema { get; } = new(File.ReadAllText(CddlPath));

    /// <summary>That file as it must be.</summary>
    public static string Collect()
    {
        var text = new StringBuilder();
        text.Append("; The Errand protocol, version 1: all CDDL (RFC 8610) of the specification, page by page.\n");
        text.Append("; A test of Errand.Protocol.Tests makes this file from the pages and fails when they differ (ERRAND_WRITE_VECTORS=1 writes it anew).\n");
        foreach (string page in Order)
            foreach (Match block in Block().Matches(File.ReadAllText(PathOf(page))))
                text.Append($"\n; {page}.md\n").Append(block.Groups["cddl"].Value);
        return text.ToString();
    }

    /// <summary>Pages with CDDL that are not in the file.</summary>
    public static IEnumerable<string> LeftOut() => Directory.GetFiles(Path.GetDirectoryName(CddlPath)!, "*.md")
        .Where(path => Block().IsMatch(File.ReadAllText(path))).Select(path => Path.GetFileNameWithoutExtension(path)).Except(Order);

    private static string PathOf(string page) => Path.Combine(Path.GetDirectoryName(CddlPath)!, page + ".md");

    [GeneratedRegex("^```cddl\n(?<cddl>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
