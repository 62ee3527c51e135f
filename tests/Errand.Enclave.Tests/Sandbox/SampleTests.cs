using System.Text;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class SampleTests : IDisposable
{
    private readonly WasmSandbox _sandbox = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-samples-");

    public void Dispose()
    {
        _sandbox.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Logreg_learns_the_breast_cancer_table()
    {
        SandboxOutcome outcome = RunLogreg();
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
        string model = Encoding.UTF8.GetString(Assert.Single(outcome.Files, file => file.Name == "model.json").Content.Span);
        using var json = System.Text.Json.JsonDocument.Parse(model);
        Assert.Equal(569, json.RootElement.GetProperty("rows").EnumerateObject().Sum(part => part.Value.GetInt32()));
        Assert.InRange(json.RootElement.GetProperty("heldOut").GetProperty("accuracy").GetDouble(), 0.95, 1.0);
        Assert.Equal(30, json.RootElement.GetProperty("coefficients").EnumerateObject().Count());
        Assert.Equal(0, outcome.Log.Length);
    }

    [Fact]
    public void Logreg_gives_the_bytes_that_a_native_build_gives()
    {
        string program = Path.Combine(_folder.FullName, "logreg");
        string data = Path.GetFullPath(Path.Combine(Samples.GuestsFolder, "..", "data"));
        int built = Samples.Tool("gcc", out string errors, "-std=c11", "-O2", "-ffp-contract=off", $"-DDATA_FOLDER=\"{data}\"", $"-DOUT_FOLDER=\"{_folder.FullName}\"",
            "-o", program, Path.Combine(Samples.GuestsFolder, "logreg.c"), "-lm");
        Assert.True(built == 0, errors);
        using var process = System.Diagnostics.Process.Start(program, Samples.TableName);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.FullName, "model.json")), RunLogreg().Files[0].Content.ToArray());
    }

    [Fact]
    public void Build_script_reproduces_the_committed_modules()
    {
        int built = Samples.Tool("sh", out string errors, Path.Combine(Samples.GuestsFolder, "build.sh"), _folder.FullName);
        Assert.SkipWhen(built == 3, errors);
        Assert.True(built == 0, errors);
        string[] apps = [.. Directory.GetFiles(Samples.GuestsFolder, "*.c").Select(Path.GetFileNameWithoutExtension)!];
        Assert.NotEmpty(apps);
        Assert.All(apps, app => Assert.Equal(Samples.Module(app), File.ReadAllBytes(Path.Combine(_folder.FullName, app + ".wasm"))));
    }

    [Fact]
    public void Build_script_reproduces_the_assemblyscript_sample()
    {
        int built = Samples.Tool("sh", out string errors, Path.Combine(Samples.GuestsFolder, "build-as.sh"), _folder.FullName);
        Assert.SkipWhen(built == 3, errors);
        Assert.True(built == 0, errors);
        Assert.Equal(Samples.Module("histogram"), File.ReadAllBytes(Path.Combine(_folder.FullName, "histogram.wasm")));
    }

    [Fact]
    public void Sample_in_rust_is_what_its_source_gives()
    {
        int built = Samples.Tool("sh", out string errors, Path.Combine(Samples.GuestsFolder, "build-rust.sh"), _folder.FullName);
        Assert.SkipWhen(built == 3, errors);
        Assert.True(built == 0, errors);
        Assert.Equal(Samples.Module("ols"), File.ReadAllBytes(Path.Combine(_folder.FullName, "ols.wasm")));
    }

    [Theory]
    [InlineData("id,city\r\n1,Bern\r\n2,\"Z\"\"ü,rich\"\r\n3,Bern\r\n4,\"Z\"\"ü,rich\"\r\n5,Genf\n6,Chur", "2", "value,rows\nBern,2\n\"Z\"\"ü,rich\",2\n(others),2\n")]
    [InlineData("city\nBern\nGenf\nBern\n", "2", "value,rows\nBern,2\n")]
    [InlineData("a,city\n,\n,\n", "1", "value,rows\n,2\n")]
    [InlineData("city\n", "1", "value,rows\n")]
    public void Histogram_counts_values_and_hides_rare_ones(string table, string minimum, string expected)
    {
        SandboxOutcome outcome = RunHistogram(table, "t", "city", minimum);
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
        Assert.Equal(expected, Encoding.UTF8.GetString(Assert.Single(outcome.Files).Content.Span));
    }

    [Fact]
    public void Histogram_passes_over_long_fields_that_nobody_asked_for()
    {
        string note = new('x', 10_000);
        SandboxOutcome outcome = RunHistogram($"note,city,other\n{note},Bern,\"{note}\"\n{note},Bern,1\r\n", "t", "city", "1");
        Assert.Equal("value,rows\nBern,2\n", Encoding.UTF8.GetString(Assert.Single(outcome.Files).Content.Span));
        Assert.Equal(OutcomeCode.AppFailed, RunHistogram($"city\n{note}\n", "t", "city", "1").Code);
    }

    [Theory]
    [InlineData("a\n1\n", "no column city", "t", "city")]
    [InlineData("city\n\"open", "ends within a quoted field", "t", "city")]
    [InlineData("city\n", "cannot be opened", "other", "city")]
    [InlineData("", "the table is empty", "t", "city")]
    [InlineData("city\n", "arguments:", "t")]
    [InlineData("city\nBern\n", "is no number", "t", "city", "0")]
    [InlineData("city\nBern\n", "is no number", "t", "city", "-3")]
    [InlineData("city\nBern\n", "is no number", "t", "city", "ten")]
    [InlineData("city\nBern\n", "is no number", "t", "city", "")]
    [InlineData("city\nBern\n", "is no number", "t", "city", "1e1")]
    [InlineData("city\nBern\n", "is no number", "t", "city", "9999999999999999999999")]
    public void Histogram_says_what_is_wrong(string table, string why, params string[] arguments)
    {
        SandboxOutcome outcome = RunHistogram(table, arguments);
        Assert.Equal(OutcomeCode.AppFailed, outcome.Code);
        Assert.Contains(why, Encoding.UTF8.GetString(outcome.Log.Span), StringComparison.Ordinal);
    }

    // Half a minute, and Debian's sources are fetched.
    [Fact(Explicit = true)]
    public void Build_script_reproduces_the_sql_runtime()
    {
        int built = Samples.Tool("sh", out string errors, Path.Combine(Samples.GuestsFolder, "sql", "build.sh"), _folder.FullName);
        Assert.SkipWhen(built == 3, errors);
        Assert.True(built == 0, errors);
        Assert.Equal(Samples.Module("sql"), File.ReadAllBytes(Path.Combine(_folder.FullName, "sql.wasm")));
    }

    private SandboxOutcome RunHistogram(string table, params string[] arguments)
    {
        var inputs = new SandboxInputs([new SandboxFile("t", Encoding.UTF8.GetBytes(table))], ["app", .. arguments], new byte[32]);
        return _sandbox.Run(Samples.Module("histogram"), inputs, new SandboxLimits { Fuel = 1_000_000_000, MemoryBytes = 64 << 20, OutputBytes = 1 << 20, LogBytes = 4096 })!;
    }

    private SandboxOutcome RunLogreg()
    {
        var inputs = new SandboxInputs([new SandboxFile(Samples.TableName, Samples.Table)], ["app", Samples.TableName], new byte[32]);
        var limits = new SandboxLimits { Fuel = 20_000_000_000, MemoryBytes = 64 << 20, OutputBytes = 1 << 20, LogBytes = 4096 };
        SandboxOutcome? outcome = _sandbox.Run(Samples.Module("logreg"), inputs, limits);
        Assert.NotNull(outcome);
        TestContext.Current.SendDiagnosticMessage("{0}: fuel {1}, {2}", outcome.Code, outcome.FuelUsed, Encoding.UTF8.GetString(outcome.Log.Span));
        return outcome;
    }
}
