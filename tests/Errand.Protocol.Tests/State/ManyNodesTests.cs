using System.Diagnostics;
using System.Globalization;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>What a state of many nodes takes. Alone in the process, since live bytes are counted for all of it.</summary>
[CollectionDefinition(nameof(ManyNodesTests), DisableParallelization = true)]
[Collection(nameof(ManyNodesTests))]
public sealed class ManyNodesTests(ITestOutputHelper output)
{
    /// <summary>Another number of nodes; docs/simulation.md has the figures of a million.</summary>
    private const string NodesVariable = "ERRAND_MANY_NODES";

    private static readonly int Nodes = Environment.GetEnvironmentVariable(NodesVariable) is { Length: > 0 } set ? int.Parse(set, NumberStyles.None, CultureInfo.InvariantCulture) : 40_000;

    // A GiB for a million.
    private const int NodeSizeMax = 1_073;

    private static readonly TestNetwork Base = new("many nodes");

    [Fact]
    public void A_verifier_with_its_operator_takes_less_than_a_gigabyte_divided_by_a_million()
    {
        using MemoryStream snapshot = Snapshot();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        Assert.Equal(SnapshotError.None, NetworkState.TryLoad(Base.State.Genesis, snapshot, null, out NetworkState? loaded, (count, work) => Parallel.For(0, count, work)));
        TimeSpan load = watch.Elapsed;
        long after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(Nodes + Base.State.Nodes.Count, loaded!.Nodes.Count);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Nodes} verifiers: {(after - before) / Nodes} bytes each, snapshot {snapshot.Length >> 20} MiB, loaded in {load.TotalSeconds:0.0} s"));
        Assert.InRange((after - before) / Nodes, 1, NodeSizeMax);
        GC.KeepAlive(loaded);
    }

    // The records of a network's start, and of as many nodes, each with an operator that was sponsored and a number that it has used.
    private static MemoryStream Snapshot()
    {
        using var start = new MemoryStream();
        Base.State.Save(start);
        start.Position = 0;
        Assert.Equal(SnapshotError.None, SnapshotFormat.TryReadHeader(start, out SnapshotHeader header));
        var values = new SortedDictionary<(int Kind, Bytes32 Id), byte[]>();
        byte[] buffer = [];
        while (SnapshotFormat.TryReadRecord(start, ref buffer, out RecordKind kind, out Bytes32 id, out int size)) values.Add(((int)kind, id), buffer[..size]);
        var writer = new CanonicalWriter();
        for (int i = 0; i < Nodes; i++)
        {
            foreach (StateRecord record in Records(i))
            {
                writer.Clear();
                record.WriteTo(writer);
                values.Add(((int)record.Kind, record.RecordId), writer.ToArray());
            }
        }

        var tree = new StateTree();
        foreach (((int kind, Bytes32 id), byte[] value) in values)
        {
            Bytes32 key = new TaggedHash(Tags.StateRecord).Add((ulong)kind).Add(id).ToDigest();
            tree.Set(key, new TestLeaf(key, new Bytes32(System.Security.Cryptography.SHA256.HashData(value))));
        }
        var root = new StateRoot(new TaggedHash(Tags.StateRoot).Add(Base.Network.Value).Add(tree.Root).ToDigest());
        var stream = new MemoryStream();
        SnapshotFormat.WriteHeader(stream, header with { Root = root, Records = values.Count });
        foreach (((int kind, Bytes32 id), byte[] value) in values) SnapshotFormat.WriteRecord(stream, (RecordKind)kind, id, value);
        stream.Position = 0;
        return stream;
    }

    private static IEnumerable<StateRecord> Records(int i)
    {
        var vrf = new VrfPublicKey(Id("vrf", i));
        var node = new NodeState(new PublicKey(Id("node", i)), new PublicKey(Id("operator", i)), NodeRoles.Verifier, vrf)
        {
            Registered = true,
            Proven = true,
            Offers = 1,
            EkId = Id("ek", i),
            HardwareFreeEpoch = 1_000,
            TenureList = [new Tenure(vrf, 2, 900)],
        };
        node.Describe($"https://verifier-{i:D7}.example.net", "here", "CH");
        yield return node;
        var known = new OperatorState(node.Operator, "", OperatorStanding.Sponsored);
        known.AddSponsor(new PublicKey(Id("sponsor", 0)));
        yield return known;
        yield return new SignerState(node.Id) { Sequence = 2 };
    }

    private static Bytes32 Id(string purpose, int i) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{purpose} {i}")));
}
