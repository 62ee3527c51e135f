using System.CommandLine;
using System.Globalization;
using Errand.Client;
using Errand.Ledger;

namespace Errand.Cli;

/// <summary><c>errand ledger</c>: keep what the ledger has signed, and serve it.</summary>
internal static class LedgerCommands
{
    public static Command Build(CommandRunner runner)
    {
        var ledger = new CliCommand("ledger", "Check the ledger, keep its checkpoints, serve it to several machines, or put it on an EVM chain.");
        var checkpoint = new CliCommand(
            "checkpoint", "Fold the whole ledger, hold it against its newest signed checkpoint, and keep that: whoever has it can later tell another history.",
            "errand ledger checkpoint -o mine.note", "errand ledger checkpoint --since mine.note -o newer.note");
        var output = new Option<string?>("--output", "-o") { Description = "Where the signed note goes; else it is printed.", HelpName = "FILE" };
        var since = new Option<string?>("--since") { Description = "A checkpoint kept earlier: the ledger must continue it.", HelpName = "FILE" };
        checkpoint.Add(output);
        checkpoint.Add(since);
        runner.Set(checkpoint, (context, cancellation) => CheckpointAsync(context, context.Get(output), context.Get(since), cancellation));
        ledger.Add(checkpoint);
        ledger.Add(LedgerServeCommand.Build(runner));
        ledger.Add(LedgerMirrorCommand.Build(runner));
        ledger.Add(LedgerProofCommands.BuildPolicy(runner));
        LedgerChainCommands.AddTo(ledger, runner);
        ledger.Add(LedgerProofCommands.BuildJudge(runner));
        return ledger;
    }

    private static async Task<ExitCode> CheckpointAsync(CommandContext context, string? output, string? since, CancellationToken cancellation)
    {
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        SignedCheckpoint signed = await client.SyncAsync(cancellation).ConfigureAwait(false)
            ?? throw new ClientException(ClientError.TaskUnfinished, "The ledger has signed no checkpoint yet.", "Ask again in a moment.");
        if (since is not null) await client.View.CheckAsync(await File.ReadAllBytesAsync(context.Environment.At(since), cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        if (output is not null) await File.WriteAllBytesAsync(context.Environment.At(output), signed.Note.ToBytes(), cancellation).ConfigureAwait(false);
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("network", client.Network.ToString());
                json.WriteBoolean("development", client.Genesis.Development);
                json.WriteNumber("size", signed.Checkpoint.Size);
                json.WriteString("root", signed.Checkpoint.Root.ToString());
                json.WriteString("stateRoot", client.State.Root().ToString());
                json.WriteString("note", signed.Note.ToString());
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        }
        if (client.Genesis.Development) context.Line(Flags.Development);
        context.Line(string.Create(CultureInfo.InvariantCulture, $"checked  {client.State.NextPosition:N0} entries; the checkpoint is over {signed.Checkpoint.Size:N0} of them"));
        if (output is null) context.Output.Write(signed.Note.ToString());
        else context.Line($"kept     {context.Environment.At(output)}");
        return ExitCode.Ok;
    }
}
