using System.CommandLine;
using System.Globalization;
using Errand.Client;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand result</c>: fetch and open results.</summary>
internal static class ResultCommands
{
    public static Command Build(CommandRunner runner)
    {
        var result = new CliCommand("result", "Fetch results.");
        var fetch = new CliCommand("fetch", "Fetch a result, hold it against the enclave's receipt, open it with your recipient key and write its files.", "errand result fetch 4f1c9a --out results");
        var id = new Argument<string>("id") { Description = "The task's id, or its first digits." };
        var folder = new Option<string>("--out", "-o") { Description = "Folder for the files; nothing in it is overwritten.", DefaultValueFactory = _ => ".", HelpName = "FOLDER" };
        fetch.Add(id);
        fetch.Add(folder);
        runner.Set(fetch, (context, cancellation) => FetchAsync(context, context.Get(id), context.Environment.At(context.Get(folder)), cancellation));
        result.Add(fetch);
        return result;
    }

    private static async Task<ExitCode> FetchAsync(CommandContext context, string id, string folder, CancellationToken cancellation)
    {
        using KeyStore store = context.OpenKeys();
        using HpkePrivateKey recipient = store.LoadRecipientKey();
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        TaskId task = TaskActions.Resolve(client, id);
        SealedResult sealedResult = await client.FetchResultAsync(task, cancellation).ConfigureAwait(false);
        ResultPackage package = ResultOpener.Open(sealedResult, client.Network, recipient);
        IReadOnlyList<string> paths = ResultOpener.Write(package, folder);
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("task", task.ToString());
                json.WriteString("run", TaskWords.Code(sealedResult.Receipt.Outcome));
                json.WriteString("result", sealedResult.Receipt.Result.ToString());
                json.WriteBoolean("development", client.Genesis.Development);
                json.WriteStartArray("files");
                foreach (string path in paths) json.WriteStringValue(path);
                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
        else
        {
            if (client.Genesis.Development) context.Line(Flags.Development);
            context.Line($"run    {TaskWords.Code(sealedResult.Receipt.Outcome)}");
            foreach (string path in paths) context.Line(string.Create(CultureInfo.InvariantCulture, $"file   {path}  ({new FileInfo(path).Length:N0} bytes)"));
            if (paths.Count == 0) context.Line("The app left no files.");
        }
        return sealedResult.Receipt.Outcome == OutcomeCode.Ok ? ExitCode.Ok : ExitCode.Failed;
    }
}
