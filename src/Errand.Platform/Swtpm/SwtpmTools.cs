using System.ComponentModel;
using System.Diagnostics;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>The programs of swtpm.</summary>
public static class SwtpmTools
{
    private const int TextMax = 2000;
    private const string Remedy = "Install the Debian packages swtpm and swtpm-tools (./test does it as root), or start the network without --tpm swtpm.";

    /// <summary>True when all programs that are needed are installed.</summary>
    public static bool AreInstalled => Array.TrueForAll(["swtpm", "swtpm_setup", "swtpm_localca"], tool => Find(tool) is not null);

    /// <summary>Where a program lies; null when it is not in the path.</summary>
    internal static string? Find(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="TpmException">It is not installed, or ended with another code than 0.</exception>
    internal static async Task RunAsync(string tool, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Find(tool) ?? throw new TpmException(TpmError.DeviceMissing, $"{tool} is not installed. {Remedy}"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        try
        {
            using Process process = Process.Start(start) ?? throw new TpmException(TpmError.DeviceMissing, $"{tool} did not start.");
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            string text = $"{await output.ConfigureAwait(false)}{await errors.ConfigureAwait(false)}".Trim();
            if (process.ExitCode != 0) throw new TpmException(TpmError.DeviceMissing, $"{tool} ended with {process.ExitCode}: {text[^Math.Min(text.Length, TextMax)..]}");
        }
        catch (Win32Exception refused)
        {
            throw new TpmException(TpmError.DeviceMissing, $"{tool} cannot be started: {refused.Message}", refused);
        }
    }
}
