using System.Collections.Frozen;
using System.CommandLine;
using System.Globalization;
using System.Net;
using Errand.Client;
using Errand.Ledger;
using Errand.Node;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Cli;

/// <summary><c>errand ledger serve</c>: the log for several machines.</summary>
internal static class LedgerServeCommand
{
    public static Command Build(CommandRunner runner)
    {
        var serve = new CliCommand(
            "serve", "Serve a network's ledger to several machines until stopped: append, read, follow, tiles, health, metrics. The key store holds the genesis's ledger key.",
            "errand ledger serve --genesis genesis.cbor --file ledger.db --new --keys ledger-keys", "errand ledger serve --genesis genesis.cbor --file ledger.db --members-only --member KEY --listen 10.0.0.5 --port 8080");
        Option<string> genesis = Genesis();
        Option<string> file = LedgerFile("The ledger's file.");
        Option<string> listen = Listen();
        Option<int> port = Port();
        var make = new Option<bool>("--new") { Description = "Make an empty ledger if the file is missing. Without it, a missing file is an error: it may have been lost." };
        var members = new Option<string[]>("--member") { Description = "A key, 64 hexadecimal digits, with the members' quota; founding verifiers have it anyway.", HelpName = "KEY" };
        var only = new Option<bool>("--members-only") { Description = "Take entries of members only. Owners and requesters are members too, then." };
        var witnesses = new Option<string[]>("--witness") { Description = "Where a witness answers, for one that does not tell itself by registering.", HelpName = "KEY=URL" };
        var interval = new Option<int>("--checkpoint-ms") { Description = "Least time between two checkpoints, in milliseconds.", DefaultValueFactory = _ => 20, HelpName = "N" };
        Option<string?> anchor = LedgerAnchorCommands.Anchor(), rpc = LedgerChainCommands.Rpc();
        Option<int> every = LedgerAnchorCommands.Every();
        foreach (Option option in (Option[])[genesis, file, listen, port, make, members, only, witnesses, interval, anchor, every, rpc]) serve.Add(option);
        runner.SetUnlimited(serve, (context, cancellation) => RunAsync(
            context,
            key => new LedgerHostOptions
            {
                Path = context.Environment.At(context.Get(file)),
                Genesis = File.ReadAllBytes(context.Environment.At(context.Get(genesis))),
                Key = key.Key,
                CreateIfMissing = context.Get(make),
                Admission = new LedgerAdmission { Members = MembersOf(context, context.Get(genesis), context.Get(members) ?? []), Anyone = !context.Get(only) },
                Witnesses = (context.Get(witnesses) ?? []).Select(ParseWitness).ToDictionary(place => place.Key, place => place.Address),
                Address = ParseAddress(context.Get(listen)),
                Port = context.Get(port),
                CheckpointInterval = TimeSpan.FromMilliseconds(context.Get(interval)),
            },
            PlanOf(context, context.Get(anchor), context.Get(every), rpc, context.Get(file)),
            cancellation));
        return serve;
    }

    internal static Option<string> Genesis() => new("--genesis") { Description = "The network's genesis document.", HelpName = "FILE", Required = true };

    internal static Option<string> LedgerFile(string description) => new("--file") { Description = description, HelpName = "FILE", Required = true };

    internal static Option<string> Listen() => new("--listen") { Description = "Address to listen on.", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };

    internal static Option<int> Port() => new("--port") { Description = "Port to listen on; 0 for any.", HelpName = "N" };

    internal static IPAddress ParseAddress(string text) => IPAddress.TryParse(text, out IPAddress? address) ? address : throw new ClientException(ClientError.Usage, $"{text} is no IP address.");

    internal static Genesis ReadGenesis(byte[] document)
    {
        GenesisError error = Protocol.Genesis.TryDecode(document, out Genesis? genesis);
        return genesis ?? throw new ClientException(ClientError.NetworkAnswer, $"The genesis is refused: {error}.");
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, Func<Identity, LedgerHostOptions> make, LedgerAnchorPlan? plan, CancellationToken cancellation)
    {
        using KeyStore store = context.OpenKeys();
        using Identity key = Identity.Load(store);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true));
        LedgerHost host;
        try
        {
            host = await LedgerHost.StartAsync(make(key), loggers, context.Environment.Time).ConfigureAwait(false);
        }
        catch (ArgumentException wrong)
        {
            throw new ClientException(ClientError.Usage, wrong.Message, wrong);
        }
        await using (host.ConfigureAwait(false))
        {
            context.Line($"ledger {host.Quorum.Log.Name} at {host.Address}");
            context.Line(string.Create(CultureInfo.InvariantCulture, $"{host.Ledger.LatestCheckpoint.Checkpoint.Size:N0} entries; {(host.Quorum.Needed == 0 ? "no witnesses" : $"final under {host.Quorum.Needed} of {host.Quorum.Witnesses.Length} witnesses")}"));
            IAsyncDisposable? anchor = await LedgerAnchorCommands.StartAsync(context, plan, host, store, loggers, cancellation).ConfigureAwait(false);
            context.Output.Flush();
            try
            {
                await host.Completion.WaitAsync(cancellation).ConfigureAwait(false);
                return ExitCode.Failed;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCode.Ok;
            }
            finally
            {
                if (anchor is not null) await anchor.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static LedgerAnchorPlan? PlanOf(CommandContext context, string? anchor, int minutes, Option<string?> rpc, string file)
    {
        if (anchor is null) return null;
        if (minutes < 0) throw new ClientException(ClientError.Usage, "--anchor-minutes is a number of minutes from 0.");
        return new LedgerAnchorPlan(EvmChainFile.Read(context.Environment.At(anchor)), LedgerChainCommands.EndpointsOf(context, rpc), context.Environment.At(file) + ".anchor", TimeSpan.FromMinutes(minutes));
    }

    private static FrozenSet<PublicKey> MembersOf(CommandContext context, string genesis, string[] named) =>
        ReadGenesis(File.ReadAllBytes(context.Environment.At(genesis))).FoundingVerifiers.Select(founder => founder.Node).Concat(named.Select(ParseKey)).ToFrozenSet();

    private static PublicKey ParseKey(string text) => Bytes32.TryParseHex(text, out Bytes32 key) ? new PublicKey(key) : throw new ClientException(ClientError.Usage, $"{text} is no key: it has 64 hexadecimal digits.");

    private static (PublicKey Key, Uri Address) ParseWitness(string text)
    {
        string[] parts = text.Split('=', 2);
        if (parts.Length == 2 && Uri.TryCreate(parts[1].TrimEnd('/') + "/", UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
            return (ParseKey(parts[0]), address);
        throw new ClientException(ClientError.Usage, $"{text} is not KEY=URL.");
    }
}
