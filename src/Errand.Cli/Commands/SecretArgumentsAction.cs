using System.Security.Cryptography;
using System.Text;
using Errand.Client;
using Errand.Cryptography;
using Errand.Enclave;
using Errand.Node;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Seals a requester's secret arguments and publishes them as an asset that serves once.</summary>
internal static class SecretArgumentsAction
{
    private const int FileSizeMax = 64 * 1024;

    public static async Task<AssetId> PublishAsync(
        CommandContext context, ErrandClient client, KeyStore store, Identity identity, string file, string? url, CancellationToken cancellation)
    {
        if (new FileInfo(file) is not { Exists: true, Length: <= FileSizeMax }) throw new ClientException(ClientError.FileMissing, $"There is no file {file} of at most {FileSizeMax} bytes.");
        string[] lines = await File.ReadAllLinesAsync(file, Encoding.UTF8, cancellation).ConfigureAwait(false);
        byte[] clear = SecretArguments.Encode(lines);
        try
        {
            using ContentKey key = ContentKey.Generate();
            byte[] sealedFile = SealedFile.Seal(clear, key, null, out SealedFileInfo info);
            store.PutContentKey(info.ContentId, key);
            var entry = new AssetEntry
            {
                Content = info.ContentId,
                AssetKind = AssetKind.Arguments,
                SizeBytes = info.CiphertextLength,
                VrfKey = identity.VrfKey.PublicKey,
                Sites = [await PlaceAsync(context, info.ContentId, sealedFile, file, url, cancellation).ConfigureAwait(false)],
                Custody = CustodyRule.Any,
                Budget = AssetBudget.OfAccepts(1),
                PolicyDigest = default,
            };
            await client.MustPublishAsync(identity.Key, entry, cancellation).ConfigureAwait(false);
            return AssetId.Of(identity.PublicKey, info.ContentId);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    private static async Task<string> PlaceAsync(CommandContext context, ContentId content, byte[] sealedFile, string file, string? url, CancellationToken cancellation)
    {
        if (context.Party is not null)
        {
            DevelopmentFolder folder = context.RequireDevelopmentFolder();
            HostFile host = HostFile.TryRead(folder) ?? throw new ClientException(ClientError.NetworkUnreachable, "The development network does not run.", "Start it: errand devnet up.");
            await File.WriteAllBytesAsync(Path.Combine(folder.Served, SealedInputs.FileName(content)), sealedFile, cancellation).ConfigureAwait(false);
            return url ?? $"{host.Address}/files/{content}";
        }
        if (url is null) throw new ClientException(ClientError.Usage, "Executors must be able to fetch the sealed arguments.", "Say where you will serve them: --secret-args-url URL.");
        string target = file + AssetActions.Extension;
        await File.WriteAllBytesAsync(target, sealedFile, cancellation).ConfigureAwait(false);
        if (!context.Json) context.Line($"serve {target} at {url}");
        return url;
    }
}
