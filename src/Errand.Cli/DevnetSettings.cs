using Errand.Node;

namespace Errand.Cli;

/// <summary>What a development network is started with.</summary>
internal sealed record DevnetSettings(DevelopmentFolder Folder, int Verifiers, int Executors, int Port, DevelopmentTpmKind? Tpm, DevelopmentLedgerKind? Ledger)
{
    /// <summary>What enclaves are; null for what the network has.</summary>
    public DevelopmentEnclaveKind? Enclave { get; init; }

    /// <summary>Where the image of virtual machines lies.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>As named; what is not named is as the network was made, or for a new one seven verifiers and three executors.</summary>
    public static DevnetSettings Of(DevelopmentFolder folder, int? verifiers, int? executors, int port, DevelopmentTpmKind? tpm, DevelopmentLedgerKind? ledger)
    {
        (int Verifiers, int Executors) usual = DevelopmentNetwork.FindSize(folder) ?? (7, 3);
        return new DevnetSettings(folder, verifiers ?? usual.Verifiers, executors ?? usual.Executors, port, tpm, ledger);
    }

    /// <summary>The folder that is named, the one here or above, or a new one here.</summary>
    public static DevelopmentFolder FindFolder(CommandContext context, string? named) =>
        named is not null ? new DevelopmentFolder(context.Environment.At(named)) : context.FindDevelopmentFolder() ?? new DevelopmentFolder(context.Environment.At(Path.Combine(".errand", "devnet")));
}
