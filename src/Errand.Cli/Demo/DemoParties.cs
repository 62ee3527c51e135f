using System.Text;
using Errand.Client;
using Errand.Cryptography;
using Errand.Node;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>The people of the demonstration and what they do, each with its own keys: a hospital, a lab and a researcher.</summary>
internal sealed class DemoParties(DevelopmentNetwork network, DevelopmentNetworkOptions options, ErrandClient client) : IDisposable
{
    private readonly Dictionary<string, (KeyStore Store, Identity Identity)> _open = [];
    private HpkePrivateKey? _recipient;

    /// <summary>The researcher's key that results are sealed to.</summary>
    public HpkePrivateKey Recipient => _recipient ??= Open("researcher").Store is var store && store.Names.Count > 1
        ? store.LoadRecipientKey()
        : store.CreateRecipientKey(HpkeSuite.Default);

    /// <summary>Seals a file where it lies, or finds it sealed and published by an earlier run.</summary>
    public async Task<DemoAsset> PublishAsync(string party, AssetKind kind, string clearFile, string policy, CancellationToken cancellation)
    {
        (KeyStore store, Identity identity) = Open(party);
        string record = Path.Combine(network.Folder.Party(party), Path.GetFileName(clearFile) + ".asset");
        if (await FindAsync(record, clearFile, cancellation).ConfigureAwait(false) is { } known) return known;

        string folder = kind == AssetKind.Data ? network.Folder.Site(options.DataSite) : network.Folder.Served;
        string unnamed = Path.Combine(folder, Path.GetRandomFileName());
        SealedFileInfo info = AssetSealer.Seal(clearFile, unnamed, store, cancellation: cancellation);
        File.Move(unnamed, Path.Combine(folder, SealedInputs.FileName(info.ContentId)));
        await File.WriteAllTextAsync(OwnerVault.PolicyFile(network.Folder.PartyPolicies(party), info.ContentId), policy, cancellation).ConfigureAwait(false);
        if (!OwnerPolicyFile.TryParse(Encoding.UTF8.GetBytes(policy), out OwnerPolicy? rules, out string? error)) throw new InvalidOperationException(error);
        string place = kind == AssetKind.Data ? options.DataSite : $"{network.Address}/files/{info.ContentId}";
        AssetId id = await client.PublishAssetAsync(identity, rules, info.ContentId, info.CiphertextLength, [place], cancellation).ConfigureAwait(false);
        await File.WriteAllTextAsync(record, $"{id} {place}\n", cancellation).ConfigureAwait(false);
        return new DemoAsset(id, info.ContentId, new FileInfo(clearFile).Length, info.CiphertextLength, New: true);
    }

    /// <summary>Submits a task of the researcher.</summary>
    public Task<TaskId> SubmitAsync(AssetId app, AssetId data, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        client.SubmitAsync(Open("researcher").Identity, new SubmitEntry
        {
            App = app,
            Data = [new TaskData(data, "table.csv")],
            Arguments = [.. arguments],
            Recipients = [Recipient.PublicKey.Encode()],
            Limits = new TaskLimits(Fuel: 20_000_000_000, MemoryBytes: 64 << 20, OutputBytes: 16 << 10, LogBytes: 0, PaddingBytes: 4096),
            DeadlineMilliseconds = client.State.Clock.Milliseconds + (long)TimeSpan.FromHours(1).TotalMilliseconds,
            Tee = SubmitOptions.KindOf(null, client.State.Terms),
        }, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _recipient?.Dispose();
        foreach ((KeyStore store, Identity identity) in _open.Values)
        {
            identity.Dispose();
            store.Dispose();
        }
    }

    // An app's entry names where it is served: after a restart at another address it is published anew.
    private async Task<DemoAsset?> FindAsync(string record, string clearFile, CancellationToken cancellation)
    {
        if (!File.Exists(record) || File.GetLastWriteTimeUtc(record) < File.GetLastWriteTimeUtc(clearFile)) return null;
        string[] parts = (await File.ReadAllTextAsync(record, cancellation).ConfigureAwait(false)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [var hex, var place] || !Bytes32.TryParseHex(hex, out Bytes32 id) || !client.State.Assets.TryGetValue(new AssetId(id), out AssetState? asset)) return null;
        bool reachable = place == options.DataSite || place.StartsWith(network.Address, StringComparison.Ordinal);
        return reachable && asset.Accepts < asset.Entry.Budget.Accepts && asset.Releases < asset.Entry.Budget.Releases
            ? new DemoAsset(asset.Id, asset.Entry.Content, new FileInfo(clearFile).Length, asset.Entry.SizeBytes, New: false)
            : null;
    }

    private (KeyStore Store, Identity Identity) Open(string party)
    {
        if (_open.TryGetValue(party, out (KeyStore, Identity) known)) return known;
        KeyStore store = KeyStore.Open(network.Folder.PartyKeys(party), options.Passphrase.Characters);
        return _open[party] = (store, Identity.Load(store));
    }
}
