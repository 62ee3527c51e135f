using System.CommandLine;
using System.Globalization;
using Errand.Client;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand state</c>: begin from a state that verifiers have signed, instead of a ledger's first entry.</summary>
internal static class StateCommands
{
    private const long ProgressBytes = 16 << 20;

    public static Command Build(CommandRunner runner)
    {
        var state = new CliCommand("state", "Begin from a state that a network's verifiers have signed, instead of folding its ledger from the first entry.");
        state.Add(Fetch(runner));
        state.Add(Verify(runner));
        return state;
    }

    private static CliCommand Fetch(CommandRunner runner)
    {
        var fetch = new CliCommand(
            "fetch", "Get the newest state that a quorum of the founding verifiers has signed, check all of it, and keep it in .errand/state; commands below this folder then begin from it. You then trust that quorum.",
            "errand state fetch", "errand state fetch --from http://verifier.example:9000");
        var from = new Option<string?>("--from") { Description = "A host of verifiers, if the network's address is none.", HelpName = "URL" };
        fetch.Add(from);
        runner.Set(fetch, (context, cancellation) => FetchAsync(context, context.Get(from), cancellation));
        return fetch;
    }

    private static CliCommand Verify(CommandRunner runner)
    {
        var verify = new CliCommand("verify", "Check the state in .errand/state again: its signatures, and every record against its root. Needs no network.", "errand state verify --genesis genesis.cbor");
        Option<string> genesis = LedgerServeCommand.Genesis();
        verify.Add(genesis);
        runner.Set(verify, context => Verify(context, context.Get(genesis)));
        return verify;
    }

    private static async Task<ExitCode> FetchAsync(CommandContext context, string? from, CancellationToken cancellation)
    {
        (Uri network, NetworkId? expected) = context.FindNetwork();
        Genesis genesis = await ErrandClient.ReadGenesisAsync(network, expected, context.Environment.Time, cancellation).ConfigureAwait(false);
        SnapshotFolder folder = TrustedState.FolderOf(context.States ?? context.Environment.At(Path.Combine(".errand", "state")), genesis.NetworkId());
        long told = 0;
        StateCheckpoint signed = await TrustedState.FetchAsync(from is null ? network : CommandContext.ParseAddress(from, "--from"), genesis, folder, context.Environment.Time, Tell, cancellation).ConfigureAwait(false);
        Print(context, genesis, folder, signed);
        return ExitCode.Ok;

        void Tell(long bytes)
        {
            if (context.Json || bytes - told < ProgressBytes) return;
            told = bytes;
            context.Line(string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB"));
        }
    }

    private static ExitCode Verify(CommandContext context, string genesisFile)
    {
        Genesis genesis = LedgerServeCommand.ReadGenesis(File.ReadAllBytes(context.Environment.At(genesisFile)));
        if (context.States is not { } states) throw new ClientException(ClientError.FileMissing, "There is no folder .errand/state here or above.");
        SnapshotFolder folder = TrustedState.FolderOf(states, genesis.NetworkId());
        NetworkState state = TrustedState.Open(genesis, folder) ?? throw new ClientException(ClientError.FileMissing, $"{folder.Root} has no state.");
        Print(context, genesis, folder, StateCheckpoint.Of(state));
        return ExitCode.Ok;
    }

    private static void Print(CommandContext context, Genesis genesis, SnapshotFolder folder, StateCheckpoint signed)
    {
        int founders = genesis.FoundingVerifiers.Length;
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("network", signed.Network.ToString());
                json.WriteBoolean("development", genesis.Development);
                json.WriteNumber("position", signed.Position);
                json.WriteNumber("ledgerMilliseconds", signed.LedgerMilliseconds);
                json.WriteString("stateRoot", signed.Root.ToString());
                json.WriteNumber("signaturesNeeded", Lottery.AcceptThreshold(founders));
                json.WriteNumber("signers", founders);
                json.WriteString("folder", folder.Root);
                json.WriteEndObject();
            });
            return;
        }
        if (genesis.Development) context.Line(Flags.Development);
        context.Line(string.Create(CultureInfo.InvariantCulture, $"state    after {signed.Position:N0} entries, root {signed.Root}"));
        context.Line($"signed   by {Lottery.AcceptThreshold(founders)} or more of the {founders} founding verifiers; every record leads to that root");
        context.Line($"kept     {folder.Root}");
    }
}
