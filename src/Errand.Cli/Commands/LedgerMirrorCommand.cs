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

/// <summary><c>errand ledger mirror</c>: a copy that is proven, kept and served to readers.</summary>
internal static class LedgerMirrorCommand
{
    public static Command Build(CommandRunner runner)
    {
        var mirror = new CliCommand(
            "mirror", "Follow a served ledger, keep a proven copy in a file, and serve it to readers until stopped. The file can replace the ledger's if that is lost.",
            "errand ledger mirror --genesis genesis.cbor --file copy.db --network http://ledger.example:8080");
        Option<string> genesis = LedgerServeCommand.Genesis();
        Option<string> file = LedgerServeCommand.LedgerFile("The copy's file.");
        Option<string> listen = LedgerServeCommand.Listen();
        Option<int> port = LedgerServeCommand.Port();
        foreach (Option option in (Option[])[genesis, file, listen, port]) mirror.Add(option);
        runner.SetUnlimited(mirror, (context, cancellation) => RunAsync(
            context, context.Environment.At(context.Get(genesis)), context.Environment.At(context.Get(file)), new IPEndPoint(LedgerServeCommand.ParseAddress(context.Get(listen)), context.Get(port)), cancellation));
        return mirror;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string genesisFile, string file, IPEndPoint listen, CancellationToken cancellation)
    {
        byte[] document = await File.ReadAllBytesAsync(genesisFile, cancellation).ConfigureAwait(false);
        Genesis genesis = LedgerServeCommand.ReadGenesis(document);
        (Uri address, NetworkId? expected) = context.FindNetwork();
        if (expected is { } id && id != genesis.NetworkId()) throw new ClientException(ClientError.NetworkMismatch, $"The genesis is of network {genesis.NetworkId()}, not {id}.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var source = new ServedLedgerOptions
        {
            Address = address,
            Network = genesis.NetworkId(),
            Quorum = ServedLedgerOptions.QuorumOf(genesis),
            MemoryFile = file + ".seen",
            Found = evidence => context.Line($"PROOF that the ledger lied: {LedgerEvidenceFile.Keep(folder, evidence)}"),
            // A mirror outlasts what it mirrors.
            Patience = TimeSpan.MaxValue,
        };
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true));
        LedgerMirror mirror = await LedgerMirror.StartAsync(document, file, source, listen, loggers, context.Environment.Time).ConfigureAwait(false);
        await using (mirror.ConfigureAwait(false))
        {
            context.Line(string.Create(CultureInfo.InvariantCulture, $"mirror of {source.Quorum.Log.Name} at {mirror.Address}, {mirror.Count:N0} entries so far"));
            context.Output.Flush();
            try
            {
                await mirror.Completion.WaitAsync(cancellation).ConfigureAwait(false);
                return ExitCode.Failed;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCode.Ok;
            }
        }
    }
}
