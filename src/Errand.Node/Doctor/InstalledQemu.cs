using System.Diagnostics;
using System.Globalization;
using Errand.Enclave;

namespace Errand.Node;

/// <summary>Whether QEMU is installed, and which kinds of machines its version starts.</summary>
internal static class InstalledQemu
{
    private const string Name = "qemu", VersionWords = "QEMU emulator version ";
    private const int OutputSizeMax = 4096;
    private static readonly Version SnpSince = new(9, 1), TdxSince = new(10, 1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks the installed program for its version.</summary>
    public static async Task<MachineFinding> ExamineAsync(CancellationToken cancellation)
    {
        if (VmEnclaveLauncher.Program is not { } program) return new MachineFinding(Name, FindingOutcome.Absent, "QEMU is not installed", "Executors in virtual machines need it: install the Debian package qemu-system-x86.");
        string said = await AskAsync(program, cancellation).ConfigureAwait(false);
        return TryReadVersion(said) is { } version
            ? Judge(program, version)
            : new MachineFinding(Name, FindingOutcome.Fault, $"{program} does not tell its version", "Install the Debian package qemu-system-x86 again.");
    }

    /// <summary>The version in the first words of <c>--version</c>; null when there is none.</summary>
    internal static Version? TryReadVersion(string said)
    {
        if (!said.StartsWith(VersionWords, StringComparison.Ordinal)) return null;
        ReadOnlySpan<char> number = said.AsSpan(VersionWords.Length);
        int end = number.IndexOfAnyExcept("0123456789.");
        return Version.TryParse(end < 0 ? number : number[..end], out Version? version) ? version : null;
    }

    internal static MachineFinding Judge(string program, Version version)
    {
        string what = string.Create(CultureInfo.InvariantCulture, $"QEMU {version} ({program}) starts emulated machines");
        if (version >= TdxSince) return new MachineFinding(Name, FindingOutcome.Good, what + ", SEV-SNP guests and TDX domains, where the processor has them", "");
        if (version >= SnpSince) return new MachineFinding(Name, FindingOutcome.Good, what + " and SEV-SNP guests, where the processor has them; TDX needs 10.1", "");
        return new MachineFinding(Name, FindingOutcome.Good, what + "; SEV-SNP needs 9.1 or later, TDX 10.1", "");
    }

    private static async Task<string> AskAsync(string program, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using Process? process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true });
        if (process is null) return "";
        var output = new char[OutputSizeMax];
        try
        {
            int size = await process.StandardOutput.ReadBlockAsync(output, limit.Token).ConfigureAwait(false);
            return new string(output, 0, size);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "";
        }
        finally
        {
            process.Kill();
        }
    }
}
