using System.Collections.Immutable;
using System.Globalization;
using Errand.Client;
using Errand.Cryptography;
using Errand.Node;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>What <c>errand data</c> and <c>errand app</c> have in common.</summary>
internal static class AssetActions
{
    public const string Extension = ".sealed";

    public static ExitCode Seal(CommandContext context, AssetKind kind, string clearFile, string? sealedFile, int workers, CancellationToken cancellation)
    {
        // A slash at the end is not part of a folder's name.
        clearFile = Path.TrimEndingDirectorySeparator(clearFile);
        if (kind == AssetKind.App && Directory.Exists(clearFile)) throw AppIsFile(clearFile);
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        string target = sealedFile is null ? clearFile + Extension : context.Environment.At(sealedFile);
        SealedFileInfo info = AssetSealer.Seal(clearFile, target, store, workers, Progress(context, "sealing", clearFile), cancellation);
        AssetId asset = AssetId.Of(identity.PublicKey, info.ContentId);
        Print(context, target, info, asset);
        if (!context.Json) context.Line("The content key is in the key store. The clear file was only read; keep or remove it as you see fit.");
        return ExitCode.Ok;
    }

    public static ExitCode Verify(CommandContext context, string sealedFile, string? content, int workers, CancellationToken cancellation)
    {
        ContentId? expected = content is null ? null : new ContentId(Ids.Parse(content, "content id"));
        SealedFileInfo info = AssetSealer.Verify(sealedFile, expected, workers, Progress(context, "verifying", sealedFile), cancellation);
        Print(context, sealedFile, info, asset: null);
        return ExitCode.Ok;
    }

    public static ExitCode Open(CommandContext context, string sealedFile, string clearFile, CancellationToken cancellation)
    {
        SealedFileInfo info = AssetSealer.Verify(sealedFile, expected: null, workers: 1, Progress(context, "verifying", sealedFile), cancellation);
        using KeyStore store = context.OpenKeys();
        AssetSealer.Open(sealedFile, clearFile, store, info.ContentId, Progress(context, "opening", sealedFile), cancellation);
        if (!context.Json) context.Line($"{clearFile}: {info.PlaintextLength.ToString("N0", CultureInfo.InvariantCulture)} bytes");
        else Print(context, clearFile, info, asset: null);
        return ExitCode.Ok;
    }

    public static ExitCode Reseal(CommandContext context, string sealedFile, string newFile, int workers, CancellationToken cancellation)
    {
        SealedFileInfo old = AssetSealer.Verify(sealedFile, expected: null, workers, Progress(context, "verifying", sealedFile), cancellation);
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        SealedFileInfo info = AssetSealer.Reseal(sealedFile, newFile, store, old.ContentId, workers, Progress(context, "resealing", sealedFile), cancellation);
        Print(context, newFile, info, AssetId.Of(identity.PublicKey, info.ContentId));
        if (!context.Json) context.Line("It is a new asset under a new content key: publish it. Who was given the old key can still open the old file; both stay until you remove them.");
        return ExitCode.Ok;
    }

    public static async Task<ExitCode> PublishAsync(
        CommandContext context, AssetKind kind, string sealedFile, string policyFile, IReadOnlyList<string> sites, CancellationToken cancellation)
    {
        OwnerPolicy policy = OwnerPolicyFile.Load(policyFile);
        if (policy.Kind != kind) throw new ClientException(ClientError.PolicyMismatch, $"{policyFile} is a policy for {Name(policy.Kind)}, not for {Name(kind)}.", "Name the policy that belongs to the file.");
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        SealedFileInfo info = AssetSealer.Verify(sealedFile, expected: null, workers: 1, Progress(context, "verifying", sealedFile), cancellation);
        if (!store.TryGetContentKey(info.ContentId, out ContentKey? key)) throw new ClientException(ClientError.SecretMissing, $"The key store has no content key for {sealedFile}.");
        key.Dispose();

        if (kind == AssetKind.App && info.IsFolder) throw AppIsFile(sealedFile);
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        ImmutableArray<string> where = DevelopmentPlace(context, kind, sealedFile, policyFile, info.ContentId, sites);
        if (where.IsEmpty) throw new ClientException(ClientError.Usage, "The asset lies nowhere.", kind == AssetKind.App ? "Say where it is served: --url URL." : "Say at which site it lies: --site NAME.");
        AssetId asset = await client.PublishAssetAsync(identity, policy, info.ContentId, info.CiphertextLength, where, cancellation).ConfigureAwait(false);
        if (context.Json) Print(context, sealedFile, info, asset);
        else
        {
            context.Line($"asset    {asset}");
            context.Line($"content  {info.ContentId}");
            context.Line($"policy   {policy.Digest()}");
            foreach (string danger in PolicyReview.Of(policy).Dangers) context.Line($"mind     {danger}");
        }
        return ExitCode.Ok;
    }

    // In a development network the parties' folders stand in for sites, servers and brokers: what belongs there is put there.
    private static ImmutableArray<string> DevelopmentPlace(CommandContext context, AssetKind kind, string sealedFile, string policyFile, ContentId content, IReadOnlyList<string> sites)
    {
        if (context.Party is not { } party) return [.. sites];
        DevelopmentFolder folder = context.RequireDevelopmentFolder();
        string file = SealedInputs.FileName(content);
        Directory.CreateDirectory(folder.PartyPolicies(party));
        File.Copy(policyFile, OwnerVault.PolicyFile(folder.PartyPolicies(party), content), overwrite: true);
        if (kind == AssetKind.App)
        {
            Directory.CreateDirectory(folder.Served);
            File.Copy(sealedFile, Path.Combine(folder.Served, file), overwrite: true);
            HostFile host = HostFile.TryRead(folder) ?? throw new ClientException(ClientError.NetworkUnreachable, "The development network does not run.", "Start it: errand devnet up.");
            return sites.Count > 0 ? [.. sites] : [$"{host.Address}/files/{content}"];
        }
        string[] named = sites.Count > 0 ? [.. sites] : [.. Directory.EnumerateDirectories(Path.GetDirectoryName(folder.Site("any"))!).Select(site => Path.GetFileName(site)!)];
        foreach (string site in named.Where(site => Directory.Exists(folder.Site(site)))) File.Copy(sealedFile, Path.Combine(folder.Site(site), file), overwrite: true);
        return [.. named];
    }

    private static void Print(CommandContext context, string file, SealedFileInfo info, AssetId? asset)
    {
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", file);
                json.WriteString("content", info.ContentId.ToString());
                if (asset is { } id) json.WriteString("asset", id.ToString());
                json.WriteBoolean("folder", info.IsFolder);
                json.WriteNumber("plaintextBytes", info.PlaintextLength);
                json.WriteNumber("sealedBytes", info.CiphertextLength);
                json.WriteNumber("chunks", info.ChunkCount);
                json.WriteEndObject();
            });
            return;
        }
        context.Line($"file     {file}");
        context.Line($"content  {info.ContentId}");
        if (asset is { } own) context.Line($"asset    {own}");
        if (info.IsFolder) context.Line("kind     a folder");
        context.Line(string.Create(CultureInfo.InvariantCulture, $"size     {info.PlaintextLength:N0} bytes clear, {info.CiphertextLength:N0} sealed, {info.ChunkCount:N0} chunk(s)"));
    }

    private static ProgressLine? Progress(CommandContext context, string what, string path) =>
        File.Exists(path) ? ProgressLine.For(context, what, new FileInfo(path).Length)
        : Directory.Exists(path) ? ProgressLine.For(context, what, SizeOf(path))
        : null;

    private static long SizeOf(string folder) => new DirectoryInfo(folder)
        .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }).Sum(file => file.Length);

    private static ClientException AppIsFile(string path) => new(ClientError.Usage, $"{path} is a folder. An app is one module.", "Seal the .wasm file.");

    private static string Name(AssetKind kind) => kind == AssetKind.App ? "an app" : "data";
}
