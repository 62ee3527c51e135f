using System.CommandLine;
using System.Globalization;
using Errand.Client;
using Errand.Ledger;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand ledger account|deploy|status|replay</c>: a ledger on an EVM chain.</summary>
internal static class LedgerChainCommands
{
    private const string Finalized = EvmChainFile.Finalized;
    private const ulong Gwei = 1_000_000_000;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(2);

    public static void AddTo(Command ledger, CommandRunner runner)
    {
        ledger.Add(Account(runner));
        ledger.Add(Deploy(runner));
        ledger.Add(Status(runner));
        ledger.Add(Replay(runner));
        ledger.Add(LedgerGatewayCommand.Build(runner));
        ledger.Add(LedgerAnchorCommands.Build(runner));
    }

    internal static Option<string?> Rpc() => new("--rpc") { Description = $"JSON-RPC endpoints of the chain, with commas between them; with three, one may fail or lie. Else {ChainAccess.Variable}.", HelpName = "URL,…" };

    internal static Option<int> FeeMax() => new("--fee-max") { Description = "The highest fee ever offered, in gwei per gas.", DefaultValueFactory = _ => 500, HelpName = "GWEI" };

    internal static ulong FeeMaxOf(CommandContext context, Option<int> option) =>
        context.Get(option) is > 0 and var gwei ? (ulong)gwei * Gwei : throw new ClientException(ClientError.Usage, "--fee-max is a number of gwei above 0.");

    internal static IReadOnlyList<Uri> EndpointsOf(CommandContext context, Option<string?> rpc) =>
        context.Get(rpc) is { } given ? ChainAccess.Parse(given) : context.ChainEndpoints ?? throw new ClientException(ClientError.Usage, "No endpoint of the chain is named.", $"Give --rpc URL, or set {ChainAccess.Variable}.");

    internal static (byte[] Document, Genesis Genesis, EvmChain Chain) ReadGenesis(CommandContext context, Option<string> option)
    {
        byte[] document = File.ReadAllBytes(context.Environment.At(context.Get(option)));
        Genesis genesis = LedgerServeCommand.ReadGenesis(document);
        return (document, genesis, genesis.EvmChain() ?? throw new ClientException(ClientError.Usage, "This network's ledger is on no chain.", "Ask its ledger: errand ledger checkpoint."));
    }

    private static CliCommand Account(CommandRunner runner)
    {
        var account = new CliCommand("account", "Show the account in the key store that pays for entries on a chain; it is made if there is none. It has no rights but to spend its money.", "errand ledger account --keys gateway-keys --rpc https://node.example");
        Option<string?> rpc = Rpc();
        account.Add(rpc);
        runner.Set(account, async (context, cancellation) =>
        {
            using KeyStore store = context.OpenKeys();
            using EvmKey key = FeeAccount.Open(store, create: true);
            bool asks = context.Get(rpc) is not null || context.ChainEndpoints is not null;
            UInt128? balance = asks ? await EvmDeployment.BalanceAsync(EndpointsOf(context, rpc)[0], key.Address, context.Environment.Time, cancellation).ConfigureAwait(false) : null;
            if (context.Json)
            {
                context.WriteJson(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("account", key.Address.ToString());
                    if (balance is { } wei) json.WriteString("wei", wei.ToString(CultureInfo.InvariantCulture));
                    json.WriteEndObject();
                });
                return ExitCode.Ok;
            }
            context.Line($"account  {key.Address}");
            if (balance is { } money) context.Line($"balance  {FeeAccount.Ether(money)} ether");
            return ExitCode.Ok;
        });
        return account;
    }

    private static CliCommand Deploy(CommandRunner runner)
    {
        var deploy = new CliCommand(
            "deploy", "Put the contract of a new log on a chain, and print what a genesis says of it. The account of the key store pays, and has no rights over it.",
            "errand ledger deploy --rpc https://node.example --keys gateway-keys", "errand ledger deploy --rpc http://127.0.0.1:8545 --finality 0");
        Option<string?> rpc = Rpc();
        var finality = new Option<string>("--finality") { Description = $"When a block counts: {Finalized}, as the chain says, or after how many further blocks (0 on QBFT and IBFT).", DefaultValueFactory = _ => Finalized, HelpName = "RULE" };
        Option<int> feeMax = FeeMax();
        foreach (Option option in (Option[])[rpc, finality, feeMax]) deploy.Add(option);
        runner.Set(deploy, async (context, cancellation) =>
        {
            EvmFinality rule = ParseFinality(context.Get(finality));
            Uri endpoint = EndpointsOf(context, rpc)[0];
            using KeyStore store = context.OpenKeys();
            using EvmKey key = FeeAccount.Open(store, create: false);
            EvmChain chain = await EvmDeployment.DeployAsync(endpoint, new EvmKeySigner(key), rule, FeeMaxOf(context, feeMax), context.Environment.Time, context.Environment.Error.WriteLine, cancellation).ConfigureAwait(false);
            Print(context, chain, null);
            return ExitCode.Ok;
        });
        return deploy;
    }

    private static CliCommand Status(CommandRunner runner)
    {
        var status = new CliCommand("status", "Read a network's log from its chain, check it, and say how it stands.", "errand ledger status --genesis genesis.cbor --rpc https://a.example,https://b.example,https://c.example");
        Option<string> genesis = LedgerServeCommand.Genesis();
        Option<string?> rpc = Rpc();
        status.Add(genesis);
        status.Add(rpc);
        runner.Set(status, async (context, cancellation) =>
        {
            (_, Genesis read, EvmChain chain) = ReadGenesis(context, genesis);
            EvmLedger ledger = await OpenAsync(context, read, chain, EndpointsOf(context, rpc), cancellation).ConfigureAwait(false);
            await using (ledger.ConfigureAwait(false)) Print(context, chain, (ledger.Newest.Block, ledger.Newest.Tip, await ledger.CountAsync(cancellation).ConfigureAwait(false)));
            return ExitCode.Ok;
        });
        return status;
    }

    private static CliCommand Replay(CommandRunner runner)
    {
        var replay = new CliCommand(
            "replay", "Read a network's log from its chain, fold all of it, and print state and tree; believes nobody of the network. With --since, hold a checkpoint of a gateway against it.",
            "errand ledger replay --genesis genesis.cbor --rpc http://127.0.0.1:8545", "errand ledger replay --genesis genesis.cbor --since mine.note");
        Option<string> genesis = LedgerServeCommand.Genesis();
        Option<string?> rpc = Rpc();
        var since = new Option<string?>("--since") { Description = "A checkpoint kept earlier: it must be over just these entries.", HelpName = "FILE" };
        foreach (Option option in (Option[])[genesis, rpc, since]) replay.Add(option);
        runner.Set(replay, (context, cancellation) => ReplayAsync(context, genesis, EndpointsOf(context, rpc), context.Get(since), cancellation));
        return replay;
    }

    private static async Task<ExitCode> ReplayAsync(CommandContext context, Option<string> genesisOption, IReadOnlyList<Uri> endpoints, string? since, CancellationToken cancellation)
    {
        (_, Genesis genesis, EvmChain chain) = ReadGenesis(context, genesisOption);
        EvmLedger ledger = await OpenAsync(context, genesis, chain, endpoints, cancellation).ConfigureAwait(false);
        await using (ledger.ConfigureAwait(false))
        {
            var view = new LedgerView(genesis, ledger);
            long all = await ledger.CountAsync(cancellation).ConfigureAwait(false);
            Task folding = view.CatchUpAsync(cancellation);
            while (await Task.WhenAny(folding, Task.Delay(ProgressEvery, context.Environment.Time, cancellation)).ConfigureAwait(false) != folding)
                context.Environment.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"folded {view.State.NextPosition:N0} of {all:N0} entries"));
            await folding.ConfigureAwait(false);
            if (since is not null) await view.CheckAsync(await File.ReadAllBytesAsync(context.Environment.At(since), cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            if (context.Json)
            {
                context.WriteJson(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("network", genesis.NetworkId().ToString());
                    json.WriteBoolean("development", genesis.Development);
                    json.WriteNumber("block", ledger.Newest.Block);
                    json.WriteNumber("entries", view.State.NextPosition);
                    json.WriteString("stateRoot", view.State.Root().ToString());
                    json.WriteString("treeRoot", view.Tree!.Root.ToString());
                    json.WriteBoolean("checkpointHolds", since is not null);
                    json.WriteEndObject();
                });
                return ExitCode.Ok;
            }
            if (genesis.Development) context.Line(Flags.Development);
            context.Line(string.Create(CultureInfo.InvariantCulture, $"folded   {view.State.NextPosition:N0} entries, up to block {ledger.Newest.Block:N0}"));
            context.Line($"state    {view.State.Root()}");
            context.Line($"tree     {view.Tree!.Root}");
            if (since is not null) context.Line("holds    the checkpoint is over just these entries");
            return ExitCode.Ok;
        }
    }

    private static Task<EvmLedger> OpenAsync(CommandContext context, Genesis genesis, EvmChain chain, IReadOnlyList<Uri> endpoints, CancellationToken cancellation)
    {
        string file = context.ChainFile(genesis.NetworkId());
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return EvmLedger.OpenAsync(new EvmLedgerOptions { Chain = chain, Endpoints = endpoints, Path = file, Warn = context.Environment.Error.WriteLine }, context.Environment.Time, cancellation);
    }

    private static EvmFinality ParseFinality(string text) => text == Finalized ? EvmFinality.Finalized
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong depth) && depth <= EvmFinality.DepthMax ? new EvmFinality(depth)
        : throw new ClientException(ClientError.Usage, $"--finality is {Finalized} or a number of blocks to {EvmFinality.DepthMax}.");

    private static void Print(CommandContext context, EvmChain chain, (long Block, string Tip, long Entries)? read)
    {
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                EvmChainFile.Write(json, chain);
                if (read is { } now)
                {
                    json.WriteNumber("block", now.Block);
                    json.WriteString("tip", now.Tip);
                    json.WriteNumber("entries", now.Entries);
                }
                json.WriteEndObject();
            });
            return;
        }
        context.Line($"chain     {chain.ChainId}");
        context.Line($"contract  {chain.Contract}, made in block {chain.DeployBlock}");
        context.Line($"final     {chain.Finality}");
        if (read is not { } at) return;
        context.Line(string.Create(CultureInfo.InvariantCulture, $"read      {at.Entries:N0} entries up to block {at.Block:N0}; their hashes lead to the contract's tip"));
        context.Line($"tip       {at.Tip}");
    }
}
