using System.Collections.Immutable;
using System.CommandLine;
using Errand.Client;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand task submit</c>.</summary>
internal static class SubmitAction
{
    private const int RecipientFileSizeMax = 16 * 1024;

    public static async Task<ExitCode> RunAsync(CommandContext context, SubmitOptions options, CancellationToken cancellation)
    {
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);

        AssetId? secret = context.Get(options.SecretArguments) is { } file
            ? await SecretArgumentsAction.PublishAsync(context, client, store, identity, context.Environment.At(file), context.Get(options.SecretUrl), cancellation).ConfigureAwait(false)
            : null;
        SubmitEntry submit = Build(context, options, client, store, secret);
        TaskId task = await client.SubmitAsync(identity, submit, cancellation).ConfigureAwait(false);
        if (context.Json && !context.Get(options.Wait))
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("task", task.ToString());
                json.WriteString("network", client.Network.ToString());
                json.WriteBoolean("development", client.Genesis.Development);
                json.WriteEndObject();
            });
        }
        else if (!context.Json)
        {
            context.Line($"task  {task}");
        }
        return context.Get(options.Wait) ? await TaskActions.WatchAsync(context, client, task, cancellation).ConfigureAwait(false) : ExitCode.Ok;
    }

    private static SubmitEntry Build(CommandContext context, SubmitOptions options, ErrandClient client, KeyStore store, AssetId? secret)
    {
        string[] recipients = context.Get(options.Recipients) is { Length: > 0 } named ? named : ["self"];
        ImmutableArray<TaskData> data = [.. context.Get(options.Data).Select(text => Data(client, text))];
        var submit = new SubmitEntry
        {
            App = Asset(client, context.Get(options.App), AssetKind.App),
            Data = data,
            SecretArguments = secret,
            Arguments = [.. context.Get(options.Arguments) ?? []],
            Recipients = [.. recipients.Select(text => Recipient(context, store, text))],
            Limits = options.Limits.Read(context),
            DeadlineMilliseconds = client.State.Clock.Milliseconds + context.Get(options.Deadline) * 60_000L,
            Tee = SubmitOptions.KindOf(context.Get(options.Tee), client.State.Terms),
            Shapes = Shapes(context, data, context.Get(options.Shapes) ?? []),
        };
        if (!submit.Shapes.IsEmpty && submit.Limits.LogBytes > 0) throw Usage("--log does not go with --shape: a log would let out what a shape keeps in.");
        return submit;
    }

    // In the order of the data, whatever the order on the command line.
    private static ImmutableArray<TaskShape> Shapes(CommandContext context, ImmutableArray<TaskData> data, string[] texts)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !data.Any(item => item.Name == text[..equals]) || !files.TryAdd(text[..equals], text[(equals + 1)..]))
                throw Usage($"--shape is NAME=FILE with the name of a --data, each name once, not \"{text}\".");
        }
        return [.. data.Where(item => files.ContainsKey(item.Name)).Select(item => new TaskShape(item.Asset, OutputShapeFile.Load(context.Environment.At(files[item.Name]))))];
    }

    private static TaskData Data(ErrandClient client, string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw Usage($"--data is NAME=ASSET, not \"{text}\".");
        return new TaskData(Asset(client, text[(equals + 1)..], AssetKind.Data), text[..equals]);
    }

    private static AssetId Asset(ErrandClient client, string text, AssetKind kind) => new(Ids.Resolve(
        text, client.State.Assets.Values.Where(asset => asset.Entry.AssetKind == kind).Select(asset => asset.Id.Value), ClientError.UnknownAsset, kind == AssetKind.App ? "app" : "data"));

    private static ReadOnlyMemory<byte> Recipient(CommandContext context, KeyStore store, string text)
    {
        if (text == "self")
        {
            using HpkePrivateKey own = store.LoadOrCreateRecipientKey();
            return own.PublicKey.Encode();
        }
        string path = context.Environment.At(text);
        string hex = File.Exists(path) && new FileInfo(path).Length <= RecipientFileSizeMax ? File.ReadAllText(path).Trim() : text;
        if (hex.Length > 0 && hex.Length % 2 == 0 && hex.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0 && HpkePublicKey.TryParse(Convert.FromHexString(hex)) is { } key) return key.Encode();
        throw Usage($"--recipient is self, a file or the hexadecimal digits of an HPKE public key, not \"{(text.Length > 20 ? text[..20] + "…" : text)}\".");
    }

    private static ClientException Usage(string what) => new(ClientError.Usage, what, "See: errand task submit --help");
}
