using System.Diagnostics;

namespace Errand.Cli.Tests;

public sealed class AppNewTests : IDisposable
{
    private readonly CliFolder _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("c")]
    [InlineData("rust")]
    [InlineData("as")]
    public void New_project_builds_and_its_app_runs(string language)
    {
        Assert.Equal(0, _cli.Run("app", "new", "project", "--lang", language).Exit);
        (int exit, string errors) = Build("project");
        Assert.SkipWhen(exit == 3 || errors.Contains("file not found", StringComparison.Ordinal) || errors.Contains("cannot open", StringComparison.Ordinal), $"Not built here: {errors}");
        Assert.True(exit == 0, errors);
        _cli.Write("a.txt", "1\n2\n3\n");
        _cli.Write("b.txt", "");
        CliResult result = _cli.Run("app", "test", "project/app.wasm", "--data", "a=a.txt", "--data", "b=b.txt", "--arg", "a", "--arg", "b", "--save", "out");
        Assert.True(result.Exit == 0, result.Output + result.Error);
        Assert.Equal("file,lines\na,3\nb,0\n", File.ReadAllText(_cli.In("out/result.csv")));
        CliResult missing = _cli.Run("app", "test", "project/app.wasm", "--data", "a=a.txt", "--arg", "none", "--log", "1000");
        Assert.Equal(1, missing.Exit);
        Assert.Contains("none", missing.Output, StringComparison.Ordinal);
        // Built again it is the same app, which is what an owner that allowed it relies on.
        byte[] app = File.ReadAllBytes(_cli.In("project/app.wasm"));
        Assert.Equal(0, Build("project").Exit);
        Assert.Equal(app, File.ReadAllBytes(_cli.In("project/app.wasm")));
    }

    [Fact]
    public void New_query_builds_and_runs()
    {
        Assert.Equal(0, _cli.Run("app", "new", "project", "--lang", "sql").Exit);
        Assert.Equal(["README.md", "build.sh", "query.sql"], Directory.GetFiles(_cli.In("project")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(0, _cli.Run("app", "from-sql", "project/query.sql", "-o", "project/app.wasm").Exit);
        _cli.Write("v.csv", "year,cost\n" + string.Concat(Enumerable.Repeat("2020,5\n", 10)) + string.Concat(Enumerable.Repeat("2021,5\n", 9)));
        Assert.Equal(0, _cli.Run("app", "test", "project/app.wasm", "--data", "visits.csv=v.csv", "--save", "out").Exit);
        Assert.Equal("year,patients,cost\n2020,10,5.0\n", File.ReadAllText(_cli.In("out/result.csv")));
    }

    [Fact]
    public void Folder_that_exists_and_language_that_is_none_are_refused()
    {
        Directory.CreateDirectory(_cli.In("there"));
        Assert.Contains("[file/exists]", _cli.Run("app", "new", "there").Error, StringComparison.Ordinal);
        Assert.NotEqual(0, _cli.Run("app", "new", "other", "--lang", "cobol").Exit);
        Assert.False(Directory.Exists(_cli.In("other")));
    }

    private (int Exit, string Errors) Build(string folder)
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", [Path.Combine(_cli.In(folder), "build.sh")]) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
