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

        var note = new CliCommand("note", "Of a task whose output a data owner's shape refused: fetch and read the note that the enclave sealed to you as that owner.", "errand result note 4f1c9a");
        var noted = new Argument<string>("id") { Description = "The task's id, or its first digits." };
        note.Add(noted);
        runner.Set(note, (context, cancellation) => NoteAsync(context, context.Get(noted), cancellation));
        result.Add(note);
        return result;
    }

    // The requester tells the network whether it has what the executor serves: the task completes at once, or its next attempt begins.
    private static async Task<SealedResult> FetchAsync(CommandContext context, ErrandClient client, Identity identity, TaskId id, CancellationToken cancellation)
    {
        TaskState? task = client.State.Tasks.GetValueOrDefault(id);
        bool tells = task is { Phase: TaskPhase.Serving } && task.Requester == identity.PublicKey;
        int attempt = task?.Attempts.Count ?? 0;
        try
        {
            SealedResult result = await client.FetchResultAsync(id, cancellation).ConfigureAwait(false);
            // Its window may end meanwhile, which completes the task just as well: a refusal is no error.
            if (tells) await client.PublishAsync(identity.Key, new FetchedEntry { Task = id, Attempt = attempt }, cancellation).ConfigureAwait(false);
            return result;
        }
        catch (ClientException wrong) when (tells && wrong.Error is ClientError.ResultUnavailable or ClientError.ResultMismatch)
        {
            EntryOutcome told = await client.PublishAsync(identity.Key, new UnavailableEntry { Task = id, Attempt = attempt }, cancellation).ConfigureAwait(false);
            if (told.Applied) context.Environment.Error.WriteLine("The network has been told: another executor makes the result, if there is one.");
            throw;
        }
    }

    // Fetched without a word to the network: whether the requester has its result is the requester's to say.
    private static async Task<ExitCode> NoteAsync(CommandContext context, string id, CancellationToken cancellation)
    {
        using KeyStore store = context.OpenKeys();
        using HpkePrivateKey owner = store.LoadRecipientKey();
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        TaskId task = TaskActions.Resolve(client, id);
        SealedResult sealedResult = await client.FetchResultAsync(task, cancellation).ConfigureAwait(false);
        var notes = new List<(AssetId Asset, RefusalNote Note)>();
        foreach (TaskShape demand in client.State.Tasks[task].Submit.Shapes)
            if (ResultOpener.OpenNote(sealedResult, client.Network, demand.Asset, owner) is { } note) notes.Add((demand.Asset, note));
        if (notes.Count == 0)
        {
            string why = sealedResult.Receipt.Outcome == OutcomeCode.Refused ? "No note of this task is sealed to this key store's recipient key." : $"The task's run ended as {TaskWords.Code(sealedResult.Receipt.Outcome)}: nothing was refused.";
            throw new ClientException(ClientError.NotARecipient, why, "Name a refused task on your data, with the key store whose recipient key stands in the shape.");
        }
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("task", task.ToString());
                json.WriteStartArray("notes");
                foreach ((AssetId asset, RefusalNote note) in notes) NotePrinter.Write(json, note, asset);
                json.WriteEndArray();
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        }
        foreach ((AssetId asset, RefusalNote note) in notes)
        {
            context.Line($"data     {asset}");
            NotePrinter.Print(context, note);
        }
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> FetchAsync(CommandContext context, string id, string folder, CancellationToken cancellation)
    {
        using KeyStore store = context.OpenKeys();
        using HpkePrivateKey recipient = store.LoadRecipientKey();
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        TaskId task = TaskActions.Resolve(client, id);
        using Identity identity = Identity.Load(store);
        SealedResult sealedResult = await FetchAsync(context, client, identity, task, cancellation).ConfigureAwait(false);
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
            if (sealedResult.Receipt.Outcome == OutcomeCode.Refused) context.Line("A shape that a data owner demands did not hold: the output stayed in the enclave. The owner can read why, with errand result note.");
            else if (paths.Count == 0) context.Line("The app left no files.");
        }
        return sealedResult.Receipt.Outcome == OutcomeCode.Ok ? ExitCode.Ok : ExitCode.Failed;
    }
}
