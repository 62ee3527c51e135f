using System.Security.Cryptography;
using System.Text;
using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Tests;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Node.Tests;

/// <summary>A development network in this process or another one, seen from outside through its HTTP door, with two owners and a requester.</summary>
internal sealed class RunningNetwork : IAsyncDisposable
{
    public const string PassphraseText = "correct horse battery";

    private readonly TemporaryFolder _folder = new();
    private readonly Passphrase _passphrase = new(PassphraseText);
    private readonly Dictionary<string, (KeyStore Store, Identity Identity)> _parties = [];
    private readonly HpkePrivateKey _recipient;

    private RunningNetwork() => _recipient = HpkePrivateKey.FromSeed(HpkeSuite.Default, RecipientSeed);

    public DevelopmentNetwork Network { get; private set; } = null!;

    public ILedger Ledger { get; private set; } = null!;

    public NetworkState State { get; private set; } = null!;

    public List<(LedgerEntry Entry, ApplyResult Result)> History { get; } = [];

    public DevelopmentFolder Folder => new(_folder.Path);

    public string Address { get; private set; } = "";

    /// <summary>What must never be seen outside this process.</summary>
    public byte[] RecipientSeed { get; } = RandomNumberGenerator.GetBytes(HpkePrivateKey.SeedSize);

    /// <summary>Where the sealed file of an asset lies.</summary>
    public string FileOf(AssetId asset)
    {
        AssetEntry entry = State.Assets[asset].Entry;
        return Path.Combine(entry.AssetKind == AssetKind.Data ? Folder.Site(entry.Sites[0]) : Folder.Served, SealedInputs.FileName(entry.Content));
    }

    /// <summary>A key broker for a party, beside those of the network.</summary>
    public KeyBrokerService StartBroker(string party, ILoggerFactory log, ILedger? ledger = null, HttpClient? http = null, TimeProvider? time = null)
    {
        (KeyStore store, Identity identity) = Open(party);
        var context = new NodeContext(State.Genesis, ledger ?? Ledger, time ?? TimeProvider.System, log);
        var broker = new KeyBrokerService($"second broker of {party}", context, identity, new OwnerVault(store, Folder.PartyPolicies(party)),
            new ReleaseClient(http ?? Http), Folder.Party(party));
        broker.Start();
        return broker;
    }

    /// <summary>The evidence of a task's first attempt, as a verifier takes it from the ledger.</summary>
    public EvidenceSnapshot EvidenceOf(TaskId task)
    {
        var state = new NetworkState(State.Genesis);
        var book = new CaseBook();
        EvidenceSnapshot? found = null;
        foreach ((LedgerEntry entry, _) in History)
        {
            ApplyResult result = state.Apply(entry.TimeMilliseconds, entry.Bytes.Span);
            if (result.Applied) book.Note(state, entry.Position, result);
            found ??= book.Evidence(task, 1);
        }
        return found!;
    }

    public HttpClient Http { get; } = new();

    public KeyStore Store(string party) => Open(party).Store;

    public static async Task<RunningNetwork> StartAsync(ILoggerFactory? loggers = null, Func<DevelopmentNetworkOptions, DevelopmentNetworkOptions>? change = null)
    {
        var running = new RunningNetwork();
        var options = new DevelopmentNetworkOptions { Folder = running._folder.Path, Passphrase = running._passphrase, VendorState = TestVendor.State };
        options = change?.Invoke(options) ?? options;
        await running.OpenAsync(options, loggers ?? NullLoggerFactory.Instance);
        await running.UntilAsync(state => state.Nodes.Count == options.Verifiers + options.Executors && state.Nodes.Values.All(node => node.KeyAt(state.Clock.Epoch) is not null && node.Proven));
        return running;
    }

    /// <summary>A folder for a network that another process runs: <see cref="Attach"/> it once it answers.</summary>
    public static RunningNetwork Elsewhere() => new();

    /// <summary>Makes a network with a served ledger whose parts others run.</summary>
    public Task PrepareAsync(int verifiers, int executors) => DevelopmentNetwork.PrepareAsync(
        new DevelopmentNetworkOptions { Folder = _folder.Path, Passphrase = _passphrase, VendorState = TestVendor.State, Verifiers = verifiers, Executors = executors, Ledger = DevelopmentLedgerKind.Served },
        NullLoggerFactory.Instance, TimeProvider.System);

    /// <summary>Looks at the network that another process runs in the folder.</summary>
    public void Attach(string address, string? ledger = null)
    {
        Address = address;
        Assert.Equal(GenesisError.None, Genesis.TryDecode(File.ReadAllBytes(Folder.Genesis), out Genesis? genesis));
        Ledger = ledger is null ? new HttpLedger(new Uri(address), TimeProvider.System)
            : new ServedLedger(new ServedLedgerOptions { Address = new Uri(ledger), Network = genesis!.NetworkId(), Quorum = ServedLedgerOptions.QuorumOf(genesis) }, TimeProvider.System);
        State = new NetworkState(genesis!);
    }

    /// <summary>An offer of a node of the role, with which it qualified: on a slow machine others may have come too late for their nonce.</summary>
    public OfferSnapshot OfferOf(NodeRoles role)
    {
        var state = new NetworkState(State.Genesis);
        foreach ((LedgerEntry entry, ApplyResult result) in History)
        {
            state.Apply(entry.TimeMilliseconds, result.Entry);
            if (result.Applied && result.Entry.Body is OfferEntry offer && state.Nodes[result.Entry.Signer].Roles.HasFlag(role)
                && State.Nodes[result.Entry.Signer].ProvenPosition == entry.Position)
                return OfferSnapshot.Take(state, result.Entry.Signer, offer, entry.Position);
        }
        throw new InvalidOperationException("No offer of the kind.");
    }

    /// <summary>Applies what the ledger has until the state is as wanted; gives up after three minutes.</summary>
    public async Task UntilAsync(Func<NetworkState, bool> reached, int seconds = 180)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        if (reached(State)) return;
        await foreach (LedgerEntry entry in Ledger.FollowAsync(State.NextPosition, limit.Token))
        {
            History.Add((entry, State.Apply(entry.TimeMilliseconds, entry.Bytes.Span)));
            if (Network?.Failure.IsFaulted == true) await Network.Failure;
            if (reached(State)) return;
        }
    }

    public Identity Party(string name) => Open(name).Identity;

    /// <summary>Seals bytes and publishes them under a policy of the named party.</summary>
    public async Task<AssetId> PublishAsync(string party, AssetKind kind, byte[] content, string site, string policyJson, int folderIndexSize = 0)
    {
        (KeyStore store, Identity identity) = Open(party);
        using ContentKey key = ContentKey.Generate();
        byte[] file = SealedFile.Seal(content, key, new SealOptions { FolderIndexSize = folderIndexSize }, out SealedFileInfo info);
        store.PutContentKey(info.ContentId, key);
        string folder = kind == AssetKind.Data ? Folder.Site(site) : Folder.Served;
        await File.WriteAllBytesAsync(Path.Combine(folder, SealedInputs.FileName(info.ContentId)), file);
        byte[] json = Encoding.UTF8.GetBytes(policyJson);
        Assert.True(OwnerPolicyFile.TryParse(json, out OwnerPolicy? policy, out string? error), error);
        await File.WriteAllBytesAsync(OwnerVault.PolicyFile(Folder.PartyPolicies(party), info.ContentId), json);
        string place = kind == AssetKind.Data ? site : $"{Address}/files/{info.ContentId}";
        await PostAsync(party, policy.ToAssetEntry(info.ContentId, file.Length, identity.VrfKey.PublicKey, [place]));
        return AssetId.Of(identity.PublicKey, info.ContentId);
    }

    /// <summary>Submits a task of the researcher on the sample data.</summary>
    public async Task<TaskId> SubmitAsync(AssetId app, AssetId data, params string[] arguments)
    {
        CoseSign1 frame = await PostAsync("researcher", Task(app, data, arguments));
        return TaskId.Of(State.Network, frame.Signer, frame.Payload);
    }

    /// <summary>A task on the sample data.</summary>
    public SubmitEntry Task(AssetId app, AssetId data, params string[] arguments) => new()
    {
        App = app,
        Data = [new TaskData(data, "table.csv")],
        Arguments = [.. arguments],
        Recipients = [_recipient.PublicKey.Encode()],
        // Fuel for a few seconds.
        Limits = new TaskLimits(4_000_000_000, 64 << 20, 16 << 10, 0, 4096),
        DeadlineMilliseconds = State.Clock.Milliseconds + 3_600_000,
        Tee = State.Genesis.ReferenceValues[0].Tee,
    };

    /// <summary>Bodies of all entries of one kind that applied, in order.</summary>
    public IEnumerable<T> Applied<T>()
        where T : EntryBody => History.Where(seen => seen.Result.Applied).Select(seen => seen.Result.Entry.Body).OfType<T>();

    public System.Threading.Tasks.Task EndedAsync(TaskId task, int seconds = 90) => UntilAsync(state => state.Tasks.TryGetValue(task, out TaskState? found) && found.Phase == TaskPhase.Ended, seconds);

    /// <summary>Signs and appends an entry of a party and waits until it has applied.</summary>
    public async Task<CoseSign1> PostAsync(string party, EntryBody body)
    {
        using var publisher = new EntryPublisher(Ledger, State.Network, Party(party).Key, TimeProvider.System);
        while (true)
        {
            // A broker under a clock that is ahead may have used numbers that are not yet due.
            publisher.NoteSequence(State.LastSequence(Party(party).PublicKey));
            (EntryId id, CoseSign1 frame) = await publisher.PublishFrameAsync(body, CancellationToken.None);
            int found = -1;
            await UntilAsync(_ => (found = History.FindIndex(seen => seen.Result.Entry.Id == id)) >= 0);
            ApplyResult result = History[found].Result;
            // The party's broker may have taken the number.
            if (result.Refusal == RefusalReason.Sequence) continue;
            Assert.True(result.Applied, result.Refusal.Code());
            return frame;
        }
    }

    /// <summary>Appends bytes through the ledger's HTTP door and gives what the fold makes of them.</summary>
    public async Task<ApplyResult> AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        LedgerPosition appended = await Ledger.AppendAsync(bytes, Party("researcher").Key, null, CancellationToken.None);
        await UntilAsync(state => state.NextPosition > appended.Position);
        return History[(int)appended.Position].Result;
    }

    /// <summary>Opens the inline result of a completed task.</summary>
    public ResultPackage OpenResult(TaskId task)
    {
        var receipt = (ReceiptEntry)History.Single(seen => seen.Entry.Position == State.Tasks[task].ReceiptPosition).Result.Entry.Body!;
        Assert.True(SealedFileHeader.TryReadSize(receipt.InlineResult.Span[..SealedFormat.PrefixSize], out int headerSize));
        SealedFileHeader header = SealedFileHeader.TryParse(receipt.InlineResult.Span[..headerSize])!;
        using ContentKey key = ResultPackage.TryOpenKey(header, State.Network, task, _recipient)!;
        byte[]? package = SealedFile.TryOpen(receipt.InlineResult.Span, key, expected: null, out SealingFailure failure);
        Assert.True(package is not null, failure.ToString());
        return ResultPackage.TryDecode(package)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (Network is not null) await Network.DisposeAsync();
        (Ledger as IDisposable)?.Dispose();
        foreach ((KeyStore store, Identity identity) in _parties.Values)
        {
            identity.Dispose();
            store.Dispose();
        }
        _recipient.Dispose();
        Http.Dispose();
        _passphrase.Dispose();
        _folder.Dispose();
    }

    private async Task OpenAsync(DevelopmentNetworkOptions options, ILoggerFactory loggers)
    {
        Network = await DevelopmentNetwork.StartAsync(options, loggers, TimeProvider.System);
        Attach(Network.Address, Network.Served is null ? null : Network.LedgerAddress);
    }

    private (KeyStore Store, Identity Identity) Open(string party)
    {
        if (_parties.TryGetValue(party, out var known)) return known;
        // A party without a broker in the network is made here.
        bool exists = KeyStore.Exists(Folder.PartyKeys(party));
        KeyStore store = exists ? KeyStore.Open(Folder.PartyKeys(party), _passphrase.Characters) : KeyStore.Create(Folder.PartyKeys(party), _passphrase.Characters);
        Directory.CreateDirectory(Folder.PartyPolicies(party));
        return _parties[party] = (store, exists ? Identity.Load(store) : Identity.Create(store));
    }
}
