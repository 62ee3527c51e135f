using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Ledger.Tests;
using Errand.Protocol;
using Errand.Protocol.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Node.Tests;

/// <summary>A served ledger on a free port of the loopback interface, with its witnesses; both can be stopped and started again.</summary>
internal sealed class ServedNetwork : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestActor _ledger = new("served", "ledger");
    private int _port;

    private ServedNetwork(int witnesses, int? quorum)
    {
        TestActor[] operators = [.. Enumerable.Range(0, Math.Max(5, witnesses)).Select(i => new TestActor("served", $"operator {i}"))];
        Nodes = [.. operators.Select((by, i) => new TestActor("served", $"verifier {i}") { Operator = by, Roles = NodeRoles.Verifier })];
        WitnessRule rule = WitnessRule.Of(Nodes.Take(witnesses).Select(node => node.Id));
        Genesis = TestGenesis.Create(_ledger, operators, Nodes) with { Witnesses = quorum is { } wanted ? rule with { Quorum = wanted } : rule };
        Quorum = ServedLedgerOptions.QuorumOf(Genesis);
    }

    public TestActor[] Nodes { get; }

    public Genesis Genesis { get; }

    public WitnessQuorum Quorum { get; }

    public WitnessFarm Farm { get; private set; } = null!;

    public LedgerHost Host { get; private set; } = null!;

    public TestActor Ledger => _ledger;

    public SigningKey Caller { get; } = SigningKey.Generate();

    public List<LedgerEvidence> Found { get; } = [];

    public string File => In("ledger.db");

    public LedgerAdmission Admission { get; set; } = new() { Anyone = true, OtherQuota = LedgerQuota.Member, ReadsPerSecond = 100_000 };

    public static async Task<ServedNetwork> StartAsync(int witnesses, int? quorum = null, bool serve = true)
    {
        var network = new ServedNetwork(witnesses, quorum);
        network.Farm = await WitnessFarm.StartAsync(network.Quorum.Log, network.Nodes[..witnesses]);
        if (serve) await network.ServeAsync();
        return network;
    }

    public string In(string name) => Path.Combine(_folder.Path, name);

    /// <summary>Starts the ledger, where it was before.</summary>
    public async Task ServeAsync(string? file = null)
    {
        Host = await LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Path = file ?? File,
                Genesis = Genesis.Encode(),
                Key = _ledger.Key,
                CreateIfMissing = true,
                Admission = Admission,
                Witnesses = Farm.Places,
                Port = _port,
                CheckpointInterval = TimeSpan.FromMilliseconds(1),
                FinalWait = TimeSpan.FromSeconds(1),
                StopPatience = TimeSpan.FromSeconds(2),
            },
            NullLoggerFactory.Instance,
            TimeProvider.System);
        _port = new Uri(Host.Address).Port;
    }

    public ServedLedgerOptions Options(Uri? address = null) => new()
    {
        Address = address ?? new Uri(Host.Address),
        Network = Genesis.NetworkId(),
        Quorum = Quorum,
        Caller = Caller,
        Found = found =>
        {
            lock (Found) Found.Add(found);
        },
    };

    public ServedLedger Connect(Uri? address = null, TimeSpan? patience = null) => new(Options(address) with { Patience = patience ?? TimeSpan.FromMinutes(2) }, TimeProvider.System);

    /// <summary>Ends the ledger; its file stays.</summary>
    public ValueTask StopAsync() => Host.DisposeAsync();

    /// <summary>Copies the closed ledger's file.</summary>
    public void Keep(string name)
    {
        System.IO.File.Copy(File, In(name), overwrite: true);
    }

    /// <summary>Puts a copy in the place of the closed ledger's file; null leaves none.</summary>
    public void Restore(string? name)
    {
        foreach (string file in Directory.EnumerateFiles(_folder.Path, "ledger.db*")) System.IO.File.Delete(file);
        if (name is not null) System.IO.File.Copy(In(name), File);
    }

    /// <summary>Appends and waits until it is final for everybody.</summary>
    public static async Task AppendAsync(ServedLedger ledger, int first, int count)
    {
        for (int i = first; i < first + count; i++) await ledger.AppendAsync(LedgerContract.Numbered(i));
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        await Farm.DisposeAsync();
        Caller.Dispose();
        _folder.Dispose();
    }
}
