using Errand.Node;

namespace Errand.Cli;

/// <summary>What a development network is started with.</summary>
internal sealed record DevnetSettings(DevelopmentFolder Folder, int Verifiers, int Executors, int Port, DevelopmentTpmKind? Tpm, DevelopmentLedgerKind? Ledger)
{
    /// <summary>The folder that is named, the one here or above, or a new one here.</summary>
    public static DevelopmentFolder FindFolder(CommandContext context, string? named) =>
        named is not null ? new DevelopmentFolder(context.Environment.At(named)) : context.FindDevelopmentFolder() ?? new DevelopmentFolder(context.Environment.At(Path.Combine(".errand", "devnet")));
}
