using System.CommandLine;
using Errand.Node;

namespace Errand.Cli;

/// <summary><c>--tpm</c>: what stands in for the TPMs of a development network.</summary>
internal static class TpmOption
{
    private const string Process = "process", Swtpm = "swtpm";

    public static Option<string?> Create()
    {
        var option = new Option<string?>("--tpm")
        {
            Description = "TPMs of a new network: process (in the network's own), or swtpm (a software TPM for each node; Debian packages swtpm and swtpm-tools). The demo takes swtpm where it is installed.",
            HelpName = "KIND",
        };
        option.AcceptOnlyFromAmong(Process, Swtpm);
        return option;
    }

    /// <summary>The kind; null when none was named.</summary>
    public static DevelopmentTpmKind? Parse(string? name) => name switch
    {
        null => null,
        Process => DevelopmentTpmKind.Process,
        Swtpm => DevelopmentTpmKind.Swtpm,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>The name of a kind.</summary>
    public static string Name(DevelopmentTpmKind kind) => kind == DevelopmentTpmKind.Swtpm ? Swtpm : Process;
}
