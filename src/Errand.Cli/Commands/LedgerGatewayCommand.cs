using System.CommandLine;
using System.Globalization;
using System.Net;
using Errand.Client;
using Errand.Ledger;
using Errand.Node;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Cli;

/// <summary><c>errand ledger gateway</c>: appends to a chain for a network's nodes and clients, and pays.</summary>
internal static class LedgerGatewayCommand
{
    public static Command Build(CommandRunner runner)
    {
        var gateway = new CliCommand(
            "gateway", "Append to a network's chain for its nodes and clients, at the cost of the key store's account, and serve what was read from it until stopped. The key store also holds the genesis's ledger key.",
            "errand ledger gateway --genesis genesis.cbor --rpc https://a.example,https://b.example,https://c.example --file gateway.db --keys gateway-keys --port 8080");
        Option<string> genesis = LedgerServeCommand.Genesis();
        Option<string?> rpc = LedgerChainCommands.Rpc();
        Option<string> file = LedgerServeCommand.LedgerFile("What was read, and what is to be sent: not to be lost while anything waits.");
        Option<string> listen = LedgerServeCommand.Listen();
        Option<int> port = LedgerServeCommand.Port();
        Option<int> feeMax = LedgerChainCommands.FeeMax();
        var remote = new Option<string?>("--signer") { Description = "A program that holds the account's key and answers eth_signTransaction; else the key is the key store's.", HelpName = "ADDRESS=URL" };
        foreach (Option option in (Option[])[genesis, rpc, file, listen, port, feeMax, remote]) gateway.Add(option);
        runner.SetUnlimited(gateway, async (context, cancellation) =>
        {
            (byte[] document, Genesis read, EvmChain chain) = LedgerChainCommands.ReadGenesis(context, genesis);
            var options = new EvmLedgerOptions
            {
                Chain = chain,
                Endpoints = LedgerChainCommands.EndpointsOf(context, rpc),
                Path = context.Environment.At(context.Get(file)),
                FeeMax = LedgerChainCommands.FeeMaxOf(context, feeMax),
            };
            return await RunAsync(context, document, read, options, context.Get(remote), new IPEndPoint(LedgerServeCommand.ParseAddress(context.Get(listen)), context.Get(port)), cancellation).ConfigureAwait(false);
        });
        return gateway;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, byte[] document, Genesis genesis, EvmLedgerOptions options, string? remote, IPEndPoint listen, CancellationToken cancellation)
    {
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        using EvmKey? key = remote is null ? FeeAccount.Open(store, create: false) : null;
        using EvmRemoteSigner? elsewhere = remote is null ? null : ParseSigner(remote, context.Environment.Time);
        IEvmSigner signer = key is null ? elsewhere! : new EvmKeySigner(key);
        if (identity.PublicKey != genesis.LedgerKey)
            throw new ClientException(ClientError.KeyStoreMissing, $"The key store in {store.Folder} does not hold the ledger key that the genesis names.", "Give the key store of whoever keeps it with --keys.");
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true));
        ILogger log = loggers.CreateLogger<ChainGateway>();
        EvmLedger ledger = await EvmLedger.OpenAsync(options with { Signer = signer, Warn = warning => log.LogWarning("{Warning}", warning) }, context.Environment.Time, cancellation).ConfigureAwait(false);
        await using (ledger.ConfigureAwait(false))
        {
            ChainGateway gateway = await ChainGateway.StartAsync(ledger, document, identity.Key, listen, loggers).ConfigureAwait(false);
            await using (gateway.ConfigureAwait(false))
            {
                context.Line($"gateway to {options.Chain.Contract} on chain {options.Chain.ChainId} at {gateway.Address}");
                long entries = await ledger.CountAsync(cancellation).ConfigureAwait(false);
                context.Line(string.Create(CultureInfo.InvariantCulture, $"{entries:N0} entries; {signer.Address} pays"));
                context.Output.Flush();
                try
                {
                    await ledger.Completion.WaitAsync(cancellation).ConfigureAwait(false);
                    return ExitCode.Failed;
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    return ExitCode.Ok;
                }
            }
        }
    }

    // The URL is not quoted: it may hold a secret.
    private static EvmRemoteSigner ParseSigner(string text, TimeProvider time)
    {
        string[] parts = text.Split('=', 2);
        return parts.Length == 2 && EvmAddress.TryParse(parts[0], out EvmAddress account)
            ? new EvmRemoteSigner(ChainAccess.Parse(parts[1])[0], account, time)
            : throw new ClientException(ClientError.Usage, "--signer is ADDRESS=URL, the address with 0x and 40 hexadecimal digits.");
    }
}
