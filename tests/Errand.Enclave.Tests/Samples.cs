using System.Diagnostics;

namespace Errand.Enclave.Tests;

/// <summary>The sample apps and data of this repository.</summary>
internal static class Samples
{
    public const string TableName = "breast-cancer-wisconsin.csv";

    public static string GuestsFolder => Path.Combine(Errand.Tests.Vectors.Repository(), "samples", "guests");

    public static byte[] Module(string app) => File.ReadAllBytes(Path.Combine(GuestsFolder, "bin", app + ".wasm"));

    public static byte[] Table { get; } = File.ReadAllBytes(Path.Combine(Errand.Tests.Vectors.Repository(), "samples", "data", TableName));

    /// <summary>Runs a tool and gives its exit code; the test is skipped, aloud, when the tool is not there.</summary>
    public static int Tool(string name, out string errors, params string[] arguments)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{name} is not installed.");
        using Process process = Process.Start(new ProcessStartInfo(path!, arguments) { RedirectStandardError = true })!;
        errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
