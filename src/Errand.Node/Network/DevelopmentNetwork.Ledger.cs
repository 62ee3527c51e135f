using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <content>The ledger of a development network: its own, or one that is served and cosigned by the network's verifiers.</content>
public sealed partial class DevelopmentNetwork
{
    private static readonly TimeSpan ChainPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the ledger answers; the network's own door if it is embedded.</summary>
    public string LedgerAddress { get; private set; } = "";

    /// <summary>The served ledger, if it runs here.</summary>
    public LedgerHost? Served { get; private set; }

    /// <summary>The development chain's endpoint, if the ledger is on one.</summary>
    public Uri? ChainAddress { get; private set; }

    private static DevelopmentLedgerKind KindOf(Genesis genesis) =>
        genesis.Chain is not null ? DevelopmentLedgerKind.Evm : genesis.Witnesses.Witnesses.IsEmpty ? DevelopmentLedgerKind.Embedded : DevelopmentLedgerKind.Served;

    // A network that exists has the kind of ledger that its genesis names; one that does not decode is refused later.
    private async Task<DevelopmentChain?> StartChainAsync(DevelopmentNetworkOptions options, KeyStore keys, TimeProvider time)
    {
        bool wanted = !File.Exists(Folder.Genesis) ? options.Ledger == DevelopmentLedgerKind.Evm
            : Genesis.TryDecode(await File.ReadAllBytesAsync(Folder.Genesis).ConfigureAwait(false), out Genesis? genesis) == GenesisError.None && genesis is { Chain: not null };
        if (!wanted) return null;
        if (options.Parts is not null || options.OnlyPrepare)
            throw new DevelopmentNetworkException("devnet/ledger-kind", "A development chain runs with the whole network in one process.", "Use devnet up or run, or a served ledger for parts.");
        DevelopmentChain chain = Run(await DevelopmentChain.StartAsync(Folder, keys, options.BlockTime, time).ConfigureAwait(false));
        ChainAddress = chain.Address;
        return chain;
    }

    // The ledger that this process has for itself.
    private async Task<OwnLedger> OpenLedgerAsync(DevelopmentChain? chain, SigningKey key, ILoggerFactory loggers, TimeProvider time)
    {
        if (Genesis.EvmChain() is not { } log || chain is null)
        {
            EmbeddedLedger embedded = Run(await EmbeddedLedger.OpenAsync(new EmbeddedLedgerOptions { Path = Folder.Ledger, Network = Genesis.NetworkId(), Key = key, CreateIfMissing = true }, time).ConfigureAwait(false));
            return new OwnLedger(embedded, () => embedded.LatestCheckpoint.Note.ToString());
        }
        ILogger warnings = loggers.CreateLogger<EvmLedger>();
        EvmLedger ledger = Run(await EvmLedger.OpenAsync(
            new EvmLedgerOptions { Chain = log, Endpoints = [chain.Address], Path = Folder.ChainLedger, Signer = chain.Signer, Poll = ChainPoll, Warn = sentence => warnings.LogWarning("{Warning}", sentence) },
            time).ConfigureAwait(false));
        LedgerNotary notary = Run(await LedgerNotary.StartAsync(ledger, new NoteSigner(Checkpoint.OriginOf(Genesis.NetworkId()), key)).ConfigureAwait(false));
        return new OwnLedger(ledger, () => notary.Note);
    }

    private static bool IsHere(DevelopmentNetworkOptions options, string name) => options.Parts?.Contains(name) != false;

    private bool IsServed(DevelopmentNetworkOptions options) => options.LedgerAddress is not null || !Genesis.Witnesses.Witnesses.IsEmpty;

    private async Task<string> ServeLedgerAsync(SigningKey key, DevelopmentMember[] members, ILoggerFactory loggers, TimeProvider time)
    {
        LedgerHost host = Run(await LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Path = Folder.Ledger,
                Genesis = await File.ReadAllBytesAsync(Folder.Genesis).ConfigureAwait(false),
                Key = key,
                CreateIfMissing = true,
                // Everybody here is a member, and owners need no leave.
                Admission = new LedgerAdmission { Members = [.. members.Select(member => member.Identity.PublicKey)], Anyone = true },
                Witnesses = members.ToDictionary(member => member.Identity.PublicKey, member => new Uri($"{Address}/nodes/{member.Identity.PublicKey}/")),
            },
            loggers,
            time).ConfigureAwait(false));
        Served = host;
        return host.Address;
    }

    private async Task<ILedger> ConnectAsync(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        LedgerConnection connection = Hold(await LedgerConnection.OpenAsync(new Uri(LedgerAddress), Genesis, Path.Combine(folder, "seen.note"), found => LedgerEvidenceFile.Keep(folder, found), access: null, time).ConfigureAwait(false));
        return connection.Ledger;
    }

    private sealed record OwnLedger(ILedger Ledger, Func<string?> Checkpoint);
}
