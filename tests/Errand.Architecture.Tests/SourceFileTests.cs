using System.Text.RegularExpressions;

namespace Errand.Architecture.Tests;

public sealed partial class SourceFileTests
{
    private const int LinesMax = 400;

    // Families of values of a few lines each, which read better side by side.
    private static readonly HashSet<string> Grouped = new(["Identifiers", "GenesisRecords"], StringComparer.Ordinal);

    private static readonly HashSet<string> WithoutTypes = new(["Program", "GlobalUsings", "AssemblyInfo"], StringComparer.Ordinal);

    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void File_names_are_type_names(string project)
    {
        string[] wrong = [.. Repository.SourceFiles(project).Where(path => !IsNamedAfterItsType(path)).Select(Repository.Relative)];
        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_file_is_long(string project)
    {
        string[] tooLong = [.. Repository.SourceFiles(project).Where(path => File.ReadLines(path).Count() > LinesMax).Select(Repository.Relative)];
        Assert.Empty(tooLong);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Nothing_is_left_to_do(string project)
    {
        string[] marks = [.. Repository.SourceFiles(project)
            .SelectMany(path => File.ReadLines(path).Select((line, index) => (Line: line, Place: $"{Repository.Relative(path)}:{index + 1}")))
            .Where(line => Mark().IsMatch(line.Line)).Select(line => line.Place)];
        Assert.Empty(marks);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_are_project_names(string project)
    {
        string[] wrong = [.. Repository.SourceFiles(project)
            .Where(path => Namespace().Match(File.ReadAllText(path)) is { Success: true } match && match.Groups["name"].Value != project)
            .Select(Repository.Relative)];
        Assert.Empty(wrong);
    }

    // NetworkState.Beacon.cs is a part of NetworkState; further top-level types may only be what the named one is built of.
    private static bool IsNamedAfterItsType(string path)
    {
        string name = Path.GetFileName(path).Split('.')[0];
        if (WithoutTypes.Contains(name) || Grouped.Contains(name)) return true;
        return TopLevelType().Matches(File.ReadAllText(path)).Any(match => match.Groups["name"].Value == name);
    }

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|abstract|static|partial|readonly|ref|unsafe)\s+)*(?:record\s+struct|record\s+class|class|record|struct|enum|interface|delegate\s+[\w<>\[\], ?]+?)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b")]
    private static partial Regex Mark();
}
