namespace Errand.Architecture.Tests;

public sealed class ReferenceTests
{
    private static readonly HashSet<string> FileTypes = new(
        ["File", "FileInfo", "FileStream", "Directory", "DirectoryInfo", "DriveInfo", "RandomAccess", "FileSystemInfo"], StringComparer.Ordinal);

    public static TheoryData<string> Projects => [.. Repository.Projects];

    public static TheoryData<string> PureProjects => [.. Arrows.Pure];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_point_inward(string project)
    {
        Assert.True(Arrows.IsPlaced(project), $"{project} has no place in {nameof(Arrows)}.");
        Assert.All(Repository.ProjectReferences(project), reference => Assert.True(Arrows.IsAllowed(project, reference), $"{project} must not refer to {reference}."));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_references_point_inward(string project)
    {
        string[] own = [.. AssemblyFile.AssemblyReferences(AssemblyName(project)).Where(name => name == "errand" || name.StartsWith("Errand.", StringComparison.Ordinal))];
        Assert.All(own, reference => Assert.True(Arrows.IsAllowed(project, ProjectOf(reference)), $"{project} must not refer to {reference}."));
    }

    [Theory]
    [InlineData("Errand.Protocol", "Errand.Attestation")]
    [InlineData("Errand.Attestation", "Errand.Protocol")]
    [InlineData("Errand.Primitives", "Errand.Cryptography")]
    [InlineData("Errand.Ledger", "Errand.Node")]
    [InlineData("Errand.Enclave", "Errand.Ledger")]
    [InlineData("Errand.Protocol", "Errand.Unheard")]
    public void Wrong_arrows_are_found(string from, string to) => Assert.False(Arrows.IsAllowed(from, to));

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Pure_projects_know_no_network_and_no_files(string project)
    {
        Assert.DoesNotContain(AssemblyFile.AssemblyReferences(project), name => name.StartsWith("System.Net", StringComparison.Ordinal)
            || name is "System.IO.FileSystem" or "System.IO.FileSystem.Watcher" or "System.IO.MemoryMappedFiles" or "System.IO.Pipes" or "System.Diagnostics.Process");
        string[] types = [.. AssemblyFile.TypeReferences(project)];
        Assert.NotEmpty(types);
        Assert.DoesNotContain(types, name => name.StartsWith("System.Net.", StringComparison.Ordinal));
        Assert.DoesNotContain(types, name => name.StartsWith("System.IO.", StringComparison.Ordinal) && FileTypes.Contains(name["System.IO.".Length..]));
        Assert.DoesNotContain("System.Diagnostics.Stopwatch", types);
        Assert.DoesNotContain("System.Random", types);
        Assert.DoesNotContain("System.TimeProvider", types);
    }

    [Theory]
    [InlineData("Errand.Protocol")]
    [InlineData("Errand.Primitives")]
    public void What_must_be_reproducible_knows_no_threads(string project)
    {
        Assert.DoesNotContain(AssemblyFile.TypeReferences(project), name => name is "System.Threading.Thread" or "System.Threading.ThreadPool"
            or "System.Threading.Tasks.Task" or "System.Threading.Tasks.Parallel" or "System.HashCode" or "System.Globalization.CultureInfo");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_project_has_its_tests(string project) =>
        Assert.True(File.Exists(Path.Combine(Repository.Root, "tests", project + ".Tests", project + ".Tests.csproj")), $"{project} has no tests.");

    private static string AssemblyName(string project) =>
        File.Exists(Path.Combine(AppContext.BaseDirectory, project + ".dll")) ? project : "errand";

    private static string ProjectOf(string assembly) => assembly == "errand" ? "Errand.Cli" : assembly;
}
