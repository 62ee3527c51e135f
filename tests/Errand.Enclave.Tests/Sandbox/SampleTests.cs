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

    // Half a minute, and Debian's sources are fetched.
    [Fact(Explicit = true)]
    public void Build_script_reproduces_the_sql_runtime()
    {
        int built = Samples.Tool("sh", out string errors, Path.Combine(Samples.GuestsFolder, "sql", "build.sh"), _folder.FullName);
        Assert.SkipWhen(built == 3, errors);
        Assert.True(built == 0, errors);
        Assert.Equal(Samples.Module("sql"), File.ReadAllBytes(Path.Combine(_folder.FullName, "sql.wasm")));
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
