using System.Diagnostics;
using Errand.Tests;

namespace Errand.Ledger.Tests;

/// <summary>Programs of others that the tests compare with: anvil, a chain, and cast, a client.</summary>
internal static class EvmTools
{
    /// <summary>anvil's path; the test is skipped, aloud, where there is none.</summary>
    internal static async Task<string> AnvilAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "eng/anvil.sh needs bash.");
        (int exitCode, string output, string errors) = await RunAsync("bash", [Path.Combine(Vectors.Repository(), "eng", "anvil.sh")]);
        Assert.SkipWhen(exitCode == 3, errors);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    /// <summary>What cast says to some arguments.</summary>
    internal static async Task<string> CastAsync(params string[] arguments)
    {
        string anvil = await AnvilAsync();
        string cast = anvil.Replace("anvil-linux", "cast-linux", StringComparison.Ordinal);
        cast = Path.Combine(Path.GetDirectoryName(cast)!, "cast");
        Assert.SkipUnless(File.Exists(cast), "cast is not beside anvil.");
        (int exitCode, string output, string errors) = await RunAsync(cast, arguments);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = (await process.StandardOutput.ReadToEndAsync()).Trim();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
