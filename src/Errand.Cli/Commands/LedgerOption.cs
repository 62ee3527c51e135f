using System.CommandLine;
using Errand.Node;

namespace Errand.Cli;

/// <summary><c>--ledger</c>: who keeps a development network's ledger.</summary>
internal static class LedgerOption
{
    private const string Embedded = "embedded", Served = "served", Evm = "evm";

    public static Option<string?> Create()
    {
        var option = new Option<string?>("--ledger")
        {
            Description = "Ledger of a new network: embedded (in the network's own process), served (over HTTP, its checkpoints cosigned by the verifiers), or evm (a contract on a chain that runs here).",
            HelpName = "KIND",
        };
        option.AcceptOnlyFromAmong(Embedded, Served, Evm);
        return option;
    }

    /// <summary>The kind; null when none was named.</summary>
    public static DevelopmentLedgerKind? Parse(string? name) => name switch
    {
        null => null,
        Embedded => DevelopmentLedgerKind.Embedded,
        Served => DevelopmentLedgerKind.Served,
        Evm => DevelopmentLedgerKind.Evm,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>The name of a kind.</summary>
    public static string Name(DevelopmentLedgerKind kind) => kind switch
    {
        DevelopmentLedgerKind.Served => Served,
        DevelopmentLedgerKind.Evm => Evm,
        _ => Embedded,
    };
}
