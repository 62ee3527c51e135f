using System.CommandLine;
using System.Globalization;
using Errand.Client;
using Errand.Ledger;
using Errand.Node;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Cli;

/// <summary><c>errand ledger serve --anchor</c> and <c>errand ledger anchors</c>: a served ledger's checkpoints on a chain.</summary>
internal static class LedgerAnchorCommands
{
    internal static Option<string?> Anchor() => new("--anchor") { Description = "Put final checkpoints into this log on a chain now and then (what ledger deploy --json printed). The key store's account pays.", HelpName = "FILE" };

    internal static Option<int> Every() => new("--anchor-minutes") { Description = "Least time between two anchored checkpoints, in minutes.", DefaultValueFactory = _ => 60, HelpName = "N" };

    public static Command Build(CommandRunner runner)
    {
        Option<string> genesis = LedgerServeCommand.Genesis();
        var file = new Option<string>("--anchor") { Description = "The log on a chain that they are in (what ledger deploy --json printed).", HelpName = "FILE", Required = true };
        Option<string?> rpc = LedgerChainCommands.Rpc();
        var anchors = new CliCommand(
            "anchors", "Read a served ledger's checkpoints from a chain, and hold each against what the ledger shows now: whoever rewrote it is found out.", "errand ledger anchors --genesis genesis.cbor --anchor chain.json --rpc https://node.example") { genesis, file, rpc };
        runner.Set(anchors, (context, cancellation) => RunAsync(context, LedgerServeCommand.ReadGenesis(File.ReadAllBytes(context.Environment.At(context.Get(genesis)))), context.Environment.At(context.Get(file)), LedgerChainCommands.EndpointsOf(context, rpc), cancellation));
        return anchors;
    }

    /// <summary>Begins to anchor what a host serves; null when it was not asked for. The caller ends it.</summary>
    internal static async Task<IAsyncDisposable?> StartAsync(CommandContext context, LedgerAnchorPlan? plan, LedgerHost host, KeyStore store, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (plan is null) return null;
        ILogger log = loggers.CreateLogger<CheckpointAnchor>();
        void Warn(string warning) => log.LogWarning("{Warning}", warning);
        EvmKey key = FeeAccount.Open(store, create: false);
        try
        {
            var options = new EvmLedgerOptions { Chain = plan.Chain, Endpoints = plan.Endpoints, Path = plan.File, Signer = new EvmKeySigner(key), Warn = Warn };
            EvmLedger ledger = await EvmLedger.OpenAsync(options, context.Environment.Time, cancellation).ConfigureAwait(false);
            context.Line(string.Create(CultureInfo.InvariantCulture, $"anchored on chain {plan.Chain.ChainId} in {plan.Chain.Contract}, every {plan.Every.TotalMinutes:0} minutes at most; {key.Address} pays"));
            return new RunningAnchor(new CheckpointAnchor(host.Board, host.Quorum, ledger, plan.Every, context.Environment.Time, Warn), ledger, key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, Genesis genesis, string file, IReadOnlyList<Uri> endpoints, CancellationToken cancellation)
    {
        EvmChain chain = EvmChainFile.Read(file);
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        if (client.Network != genesis.NetworkId()) throw new ClientException(ClientError.NetworkMismatch, $"The genesis is of network {genesis.NetworkId()}, not {client.Network}.");
        string copy = context.ChainFile(genesis.NetworkId()) + ".anchor";
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        EvmLedger log = await EvmLedger.OpenAsync(new EvmLedgerOptions { Chain = chain, Endpoints = endpoints, Path = copy, Warn = context.Environment.Error.WriteLine }, context.Environment.Time, cancellation).ConfigureAwait(false);
        await using (log.ConfigureAwait(false))
        {
            var held = new List<(LedgerEntry Entry, Checkpoint Checkpoint, bool Holds)>();
            foreach ((LedgerEntry entry, SignedCheckpoint signed) in await CheckpointAnchor.ReadAsync(log, ServedLedgerOptions.QuorumOf(genesis), cancellation).ConfigureAwait(false))
                held.Add((entry, signed.Checkpoint, await HoldsAsync(client, signed, cancellation).ConfigureAwait(false)));
            Print(context, held);
            return held.TrueForAll(one => one.Holds) ? ExitCode.Ok : ExitCode.Verification;
        }
    }

    private static async Task<bool> HoldsAsync(ErrandClient client, SignedCheckpoint signed, CancellationToken cancellation)
    {
        try
        {
            await client.View.CheckAsync(signed.Note.ToBytes(), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ClientException wrong) when (wrong.Error == ClientError.LedgerTampered)
        {
            return false;
        }
    }

    private static void Print(CommandContext context, List<(LedgerEntry Entry, Checkpoint Checkpoint, bool Holds)> held)
    {
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("anchors");
                foreach ((LedgerEntry entry, Checkpoint checkpoint, bool holds) in held)
                {
                    json.WriteStartObject();
                    json.WriteNumber("milliseconds", entry.TimeMilliseconds);
                    json.WriteNumber("size", checkpoint.Size);
                    json.WriteString("root", checkpoint.Root.ToString());
                    json.WriteBoolean("holds", holds);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            });
            return;
        }
        foreach ((LedgerEntry entry, Checkpoint checkpoint, bool holds) in held)
            context.Line(string.Create(CultureInfo.InvariantCulture, $"{Times.Text(entry.TimeMilliseconds)}  {checkpoint.Size:N0} entries, root {checkpoint.Root.ToShortString()}…  {(holds ? "holds" : "DOES NOT HOLD: the ledger shows another history than it did then")}"));
        context.Line(held.Count == 0 ? "no checkpoint of this ledger is there" : $"{held.Count} checkpoint(s)");
    }

    private sealed class RunningAnchor(CheckpointAnchor anchor, EvmLedger ledger, EvmKey key) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await anchor.DisposeAsync().ConfigureAwait(false);
            await ledger.DisposeAsync().ConfigureAwait(false);
            key.Dispose();
        }
    }
}
