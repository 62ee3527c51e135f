using System.Diagnostics;
using Errand.Tests;

namespace Errand.Ledger.Tests;

/// <summary>The committed code of the EVM contract is what its source compiles to. Skipped, aloud, where the compiler cannot be had.</summary>
public sealed class EvmContractTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-contract-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Source_compiles_to_the_committed_code() => Assert.Equal(0, await CheckAsync(Vectors.Repository()));

    [Theory]
    [InlineData("ErrandLog.json", "\"code\": \"0x60", "\"code\": \"0x61")]
    [InlineData("ErrandLog.sol", "last = next(last, items[index]);", "last = next(last, items[0]);")]
    [InlineData("package.json", "0.8.37", "0.8.36", 3)] // The lock file names another version: nothing is installed.
    public async Task A_change_on_one_side_only_is_found(string file, string was, string becomes, int expected = 1)
    {
        string top = Vectors.Repository();
        foreach (string part in Directory.GetFiles(Path.Combine(top, "contracts")).Append(Path.Combine(top, "eng", "contract.sh")))
        {
            string copy = Path.Combine(_folder.FullName, Path.GetRelativePath(top, part));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(part, copy);
        }

        // Skips where nothing can be compiled: otherwise a missing compiler would look like the refusal that is expected.
        Assert.Equal(0, await CheckAsync(_folder.FullName));
        string path = Path.Combine(_folder.FullName, "contracts", file);
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains(was, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(was, becomes, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Equal(expected, (await RunAsync(_folder.FullName)).ExitCode);
    }

    private static async Task<int> CheckAsync(string top)
    {
        (int exitCode, string errors) = await RunAsync(top);
        Assert.SkipWhen(exitCode == 3, errors);
        Assert.True(exitCode == 0, errors);
        return exitCode;
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(string top)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "eng/contract.sh needs bash.");
        using var process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(top, "eng", "contract.sh"), "--check"]) { RedirectStandardError = true })!;
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, errors);
    }
}
