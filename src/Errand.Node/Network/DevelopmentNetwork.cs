using System.Net;
using System.Net.Sockets;
using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>
/// A whole network in one process, for development: verifiers, executors and owners' key brokers, each with its own keys, state and
/// follower, over one ledger. Every format and check is the real one; only the pinned roots are development roots.
/// </summary>
public sealed partial class DevelopmentNetwork : IAsyncDisposable
{
    private const int VerifiersMin = 3;
    private readonly List<IAsyncDisposable> _running = [];
    private readonly List<IDisposable> _held = [];
    private readonly Dictionary<PublicKey, string> _names = [];

    private DevelopmentNetwork(DevelopmentFolder folder) => Folder = folder;

    /// <summary>Where it lies.</summary>
    public DevelopmentFolder Folder { get; }

    /// <summary>Its genesis.</summary>
    public Genesis Genesis { get; private set; } = null!;

    /// <summary>Where it answers: <c>http://127.0.0.1:PORT</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Bytes that crossed its HTTP door.</summary>
    public TrafficMeter Traffic { get; } = new();

    /// <summary>What people call its nodes and parties, by key.</summary>
    public IReadOnlyDictionary<PublicKey, string> Names => _names;

    /// <summary>What stands in for its nodes' TPMs.</summary>
    public DevelopmentTpmKind TpmKind { get; private set; }

    /// <summary>Its ledger.</summary>
    public ILedger Ledger { get; private set; } = null!;

    /// <summary>Faults when a service had to stop.</summary>
    public Task Failure { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the network in a folder; makes it if the folder is new.</summary>
    /// <exception cref="DevelopmentNetworkException">The folder is damaged, or holds a network of another enclave image.</exception>
    public static async Task<DevelopmentNetwork> StartAsync(DevelopmentNetworkOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        var network = new DevelopmentNetwork(new DevelopmentFolder(options.Folder));
        try
        {
            await network.StartAsync(options, time, loggers).ConfigureAwait(false);
            return network;
        }
        catch
        {
            await network.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes keys, machines and genesis of a network, and starts nothing.</summary>
    /// <exception cref="DevelopmentNetworkException">As for <see cref="StartAsync(DevelopmentNetworkOptions, ILoggerFactory, TimeProvider)"/>.</exception>
    public static async Task PrepareAsync(DevelopmentNetworkOptions options, ILoggerFactory loggers, TimeProvider time) =>
        await (await StartAsync(options with { OnlyPrepare = true }, loggers, time).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);

    /// <summary>Waits until every node of this start is qualified and answers at the network's address.</summary>
    /// <exception cref="LedgerClosedException">A service ended before.</exception>
    public async Task UntilQualifiedAsync(CancellationToken cancellation)
    {
        Task all = Task.WhenAll(_running.OfType<NodeService>().Select(node => node.Qualified));
        if (await Task.WhenAny(all, Failure).WaitAsync(cancellation).ConfigureAwait(false) == all) return;
        await Failure.ConfigureAwait(false);
        throw new LedgerClosedException("development network");
    }

    /// <summary>Ends the processes that a host which was killed left behind. Only for a network that does not run.</summary>
    public static Task StopLeftBehindAsync(DevelopmentFolder folder, TimeProvider time) => DevelopmentTpms.StopLeftBehindAsync(folder, time);

    /// <summary>How many verifiers and executors a network was made with; null where none was made yet.</summary>
    public static (int Verifiers, int Executors)? FindSize(DevelopmentFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return !File.Exists(folder.Genesis) || !Directory.Exists(folder.Nodes) ? null
            : (Directory.EnumerateDirectories(folder.Nodes, "verifier-*").Count(), Directory.EnumerateDirectories(folder.Nodes, "executor-*").Count());
    }

    /// <summary>Sees that a network that exists is started with as many nodes as it was made with: a node too many would register for ever in vain, one too few would be waited for.</summary>
    /// <exception cref="DevelopmentNetworkException"><c>devnet/size</c>: it was made with others.</exception>
    public static void RequireSameSize(DevelopmentFolder folder, int verifiers, int executors)
    {
        if (FindSize(folder) is not (int madeVerifiers, int madeExecutors) || (madeVerifiers == verifiers && madeExecutors == executors)) return;
        throw new DevelopmentNetworkException("devnet/size", $"The network in {folder.Root} was made with {madeVerifiers} verifiers and {madeExecutors} executors, not {verifiers} and {executors}.",
            $"Start it with --verifiers {madeVerifiers} --executors {madeExecutors}, or take it down with --remove and make a new one.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Services first, then what they stand on.
        for (int i = _running.Count - 1; i >= 0; i--) await _running[i].DisposeAsync().ConfigureAwait(false);
        _running.Clear();
        foreach (IDisposable held in _held) held.Dispose();
        _held.Clear();
    }

    private async Task StartAsync(DevelopmentNetworkOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        // Nobody judges its own case: of two verifiers the one that is left is no quorum.
        if (options.Verifiers < VerifiersMin || options.Executors < 1)
            throw new DevelopmentNetworkException("devnet/too-small", $"{options.Verifiers} verifiers and {options.Executors} executors cannot form a network.", $"Ask for at least {VerifiersMin} verifiers and one executor.");
        if (options.Parts is null)
        {
            RequireSameSize(Folder, options.Verifiers, options.Executors);
            // Parts are several processes by intent; each of them has its own nodes.
            Hold(HostLock.TryTake(Folder) ?? throw new DevelopmentNetworkException("devnet/running", $"The network in {Folder.Root} runs already, in another process.", "Use that one, or stop it first: errand devnet down."));
        }
        Directory.CreateDirectory(Folder.Served);
        Directory.CreateDirectory(Folder.Site(options.DataSite));
        (KeyStore keys, Identity host) = Hold(DevelopmentKeys.OpenIdentity(Folder.Keys, options.Passphrase));
        DevelopmentVendor vendor = Hold(DevelopmentKeys.OpenVendor(keys, options.VendorState));
        bool exists = File.Exists(Folder.Genesis);
        DevelopmentMember[] members = [.. MemberNames(options).Where(name => !exists || IsHere(options, name.Name)).AsParallel().AsOrdered().Select(name => OpenMember(name.Name, name.Roles, options, keys))];
        foreach (DevelopmentMember member in members) _names.Add(Hold(member).Identity.PublicKey, member.Name);

        DevelopmentTpms tpms = Run(new DevelopmentTpms(Folder, options.Tpm, vendor, time));
        TpmKind = tpms.Kind;
        LiveTpm[] tpm = await Task.WhenAll(members.Select(member => tpms.OpenAsync(member, CancellationToken.None))).ConfigureAwait(false);

        var enclaves = new DevelopmentEnclaves(options);
        var tees = new Dictionary<string, DevelopmentTees>();
        foreach (DevelopmentMember member in members.Where(member => member.Roles.HasFlag(NodeRoles.Executor)))
            tees.Add(member.Name, Hold(await DevelopmentTees.OpenAsync(member, Folder, vendor, enclaves, time).ConfigureAwait(false)));
        DevelopmentChain? chain = await StartChainAsync(options, keys, time).ConfigureAwait(false);
        EvmChain? log = chain is null || exists ? null : await chain.DeployAsync(time).ConfigureAwait(false);
        DevelopmentTees? someTee = tees.Values.FirstOrDefault();
        if (!exists)
        {
            DevelopmentTeeTerms terms = options.Given?.Terms ?? await enclaves.MakeTermsAsync(vendor, someTee ?? throw NoGenesis(), loggers).ConfigureAwait(false);
            WriteGenesis(DevelopmentGenesis.Make(options, members, tpms.Root, terms, enclaves, host.PublicKey, log, time.GetUtcNow()));
        }
        Genesis = OpenGenesis(options, someTee, enclaves);
        if (options.OnlyPrepare) return;
        NetworkId id = Genesis.NetworkId();

        var nodes = Run(new NodeDirectory());
        OwnLedger? embedded = IsServed(options) ? null : await OpenLedgerAsync(chain, host.Key, loggers, time).ConfigureAwait(false);
        await StartHttpAsync(options, embedded, nodes, loggers).ConfigureAwait(false);
        LedgerAddress = embedded is not null ? Address : options.LedgerAddress?.ToString() ?? await ServeLedgerAsync(host.Key, members, loggers, time).ConfigureAwait(false);
        Ledger = embedded?.Ledger ?? await ConnectAsync(Folder.Root, time).ConfigureAwait(false);

        // Endpoints are what nodes say they are: none of them leads further, and no answer is followed elsewhere.
        var http = Hold(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(10) });
        var context = new NodeContext(Genesis, Ledger, time, loggers);
        var services = new List<LedgerService>();
        foreach ((DevelopmentMember member, LiveTpm live) in members.Zip(tpm))
        {
            NodeContext own = embedded is not null ? context : context with { Ledger = await ConnectAsync(Folder.Node(member.Name), time).ConfigureAwait(false) };
            if (Genesis.Witnesses.Witnesses.Contains(member.Identity.PublicKey)) nodes.AddWitness(WitnessFile.Open(Genesis, member.Identity.Key, Folder.Witness(member.Name), time));
            var snapshots = new SnapshotFolder(Folder.NodeState(member.Name));
            NodeProfile profile = member.Profile(id, Address, options.Given?.Kind ?? enclaves.Tee, member.Roles.HasFlag(NodeRoles.Executor) ? options.DataSite : "anywhere");
            NodeService node = tees.TryGetValue(member.Name, out DevelopmentTees? tee)
                ? new ExecutorService(member.Name, own, member.Identity, profile, Stand(options, member, tee, live), options.Launcher(member.Name, enclaves.MakeLauncher(loggers, tee)), Inputs(options, member, http), Folder.Node(member.Name)) { Snapshots = snapshots }
                : new VerifierService(member.Name, own, member.Identity, profile, new Machine(live, null), new ChallengeClient(http), Path.Combine(Folder.Node(member.Name), "verdicts")) { Snapshots = snapshots };
            nodes.Add(node);
            services.Add(Run(node));
        }
        foreach (string party in options.Parties.Where(party => IsHere(options, party)))
            services.Add(Run(MakeBroker(party, embedded is not null ? context : context with { Ledger = await ConnectAsync(Folder.Party(party), time).ConfigureAwait(false) }, options, http)));
        foreach (LedgerService service in services) service.Start();
        Failure = services.Count > 0 ? WatchAsync(services) : new TaskCompletionSource().Task;
    }

    private static IEnumerable<(string Name, NodeRoles Roles)> MemberNames(DevelopmentNetworkOptions options) =>
        Enumerable.Range(1, options.Verifiers).Select(i => ($"verifier-{i}", NodeRoles.Verifier))
            .Concat(Enumerable.Range(1, options.Executors).Select(i => ($"executor-{i}", NodeRoles.Executor)));

    private DevelopmentMember OpenMember(string name, NodeRoles roles, DevelopmentNetworkOptions options, KeyStore keys)
    {
        (KeyStore store, Identity identity) = DevelopmentKeys.OpenIdentity(Path.Combine(Folder.Node(name), "keys"), options.Passphrase);
        // The host's key store is not for several threads.
        lock (keys) return new DevelopmentMember(name, roles, store, identity, DevelopmentKeys.OpenSigningKey(keys, $"operator-{name}"));
    }

    private DevelopmentNetworkException NoGenesis() => new("devnet/no-genesis", $"There is no network in {Folder.Root} of which a part could run.", "Make it first: errand devnet prepare.");

    // Whole or not at all: a network cannot do without it, and it is never made again.
    private void WriteGenesis(Genesis made)
    {
        File.WriteAllBytes(Folder.Genesis + ".part", made.Encode());
        File.Move(Folder.Genesis + ".part", Folder.Genesis);
    }

    private Genesis OpenGenesis(DevelopmentNetworkOptions options, DevelopmentTees? tee, DevelopmentEnclaves enclaves)
    {
        GenesisError error = Genesis.TryDecode(File.ReadAllBytes(Folder.Genesis), out Genesis? genesis);
        if (genesis is null) throw new DevelopmentNetworkException("devnet/genesis", $"The genesis in {Folder.Genesis} is refused ({error}).", "Take the network down with --remove and make a new one.");
        if (options.Ledger is { } wanted && wanted != KindOf(genesis))
            throw new DevelopmentNetworkException("devnet/ledger-kind", "This network's genesis names another kind of ledger.", "Start it without --ledger, or take it down with --remove and make a new one.");
        if (tee is not null && options.Given is null && !enclaves.AreListed(genesis.ReferenceValues, tee))
            throw new DevelopmentNetworkException("devnet/image-changed", "The enclave's program is not the one this network was made for.", "Take the network down with --remove and make a new one.");
        return genesis;
    }

    private static Machine Stand(DevelopmentNetworkOptions options, DevelopmentMember member, DevelopmentTees tee, LiveTpm tpm)
    {
        Machine machine = tee.Stand(tpm, processor => options.Tee(member.Name, processor));
        return options.Given?.Stand(member.Name, machine) ?? machine;
    }

    private SealedInputs Inputs(DevelopmentNetworkOptions options, DevelopmentMember member, HttpClient http) =>
        new(http, Folder.Site(options.DataSite), Path.Combine(Folder.Node(member.Name), "inputs"));

    private KeyBrokerService MakeBroker(string party, NodeContext context, DevelopmentNetworkOptions options, HttpClient http)
    {
        (KeyStore store, Identity identity) = Hold(DevelopmentKeys.OpenIdentity(Folder.PartyKeys(party), options.Passphrase));
        Directory.CreateDirectory(Folder.PartyPolicies(party));
        _names.Add(identity.PublicKey, party);
        return new KeyBrokerService($"broker of {party}", context, identity, new OwnerVault(store, Folder.PartyPolicies(party)), new ReleaseClient(http), Folder.Party(party));
    }

    private async Task StartHttpAsync(DevelopmentNetworkOptions options, OwnLedger? ledger, NodeDirectory nodes, ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        int port = FreePort(options.Listen, options.Port != 0 || options.Parts is not null ? options.Port : HostFile.TryRead(Folder)?.Port ?? 0);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Listen, port));
        WebApplication app = builder.Build();
        Traffic.Use(app);
        if (ledger is not null) LedgerEndpoints.Map(app, ledger.Ledger, File.ReadAllBytes(Folder.Genesis), ledger.Checkpoint);
        NodeEndpoints.Map(app, nodes);
        StateEndpoints.Map(app, nodes);
        FileEndpoints.Map(app, Folder.Served);
        app.MapGet("/traffic", () => Traffic.Bytes);
        Run(app);
        await app.StartAsync().ConfigureAwait(false);
        Address = $"http://{options.Listen}:{port}";
    }

    // The wanted port if it is free, or any: nodes register where they answer, so it may change from start to start.
    private static int FreePort(IPAddress listen, int wanted)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(listen, wanted));
        }
        catch (SocketException) when (wanted != 0)
        {
            return FreePort(listen, 0);
        }
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private static async Task WatchAsync(List<LedgerService> services)
    {
        Task first = await Task.WhenAny(services.Select(service => service.Completion)).ConfigureAwait(false);
        await first.ConfigureAwait(false);
    }

    private T Hold<T>(T held)
        where T : IDisposable
    {
        _held.Insert(0, held);
        return held;
    }

    private (KeyStore, Identity) Hold((KeyStore Store, Identity Identity) pair)
    {
        Hold(pair.Store);
        Hold(pair.Identity);
        return pair;
    }

    private T Run<T>(T running)
        where T : IAsyncDisposable
    {
        _running.Add(running);
        return running;
    }
}
