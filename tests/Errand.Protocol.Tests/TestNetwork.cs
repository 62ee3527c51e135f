using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>
/// A whole network in memory with keys from a seed. Every entry goes through <see cref="PreparedEntry.Prepare"/> and
/// <see cref="NetworkState.Apply(long, PreparedEntry)"/>, as on a real node; there are no back doors into the state.
/// </summary>
internal sealed partial class TestNetwork
{
    private readonly string _seed;

    /// <param name="seed">All keys follow from it.</param>
    /// <param name="verifiers">Founding verifiers, each of its own operator.</param>
    /// <param name="executors">Executors, each of its own operator; registered and qualified by <see cref="Admit"/>.</param>
    /// <param name="change">Changes to the genesis.</param>
    public TestNetwork(string seed = "errand", int verifiers = 10, int executors = 3, Func<Genesis, Genesis>? change = null)
    {
        _seed = seed;
        Ledger = Actor("ledger");
        Ticker = Actor("ticker");
        Requester = Actor("requester");
        AppOwner = Actor("app owner");
        DataOwner = Actor("data owner");
        Verifiers = [.. Enumerable.Range(0, verifiers).Select(i => Node($"verifier {i}", Actor($"verifying operator {i}"), NodeRoles.Verifier))];
        Executors = [.. Enumerable.Range(0, executors).Select(i => Node($"executor {i}", Actor($"executing operator {i}"), NodeRoles.Executor))];
        SpareOperators = [.. Enumerable.Range(0, 4).Select(i => Actor($"spare operator {i}"))];
        Genesis genesis = TestGenesis.Create(Ledger, [.. Verifiers.Concat(Executors).Select(node => node.Operator), .. SpareOperators], Verifiers);
        State = new NetworkState(change?.Invoke(genesis) ?? genesis);
        Now = State.Genesis.StartMilliseconds;
    }

    public NetworkState State { get; }

    public NetworkId Network => State.Network;

    public GenesisTimes Times => State.Genesis.Times;

    /// <summary>The ledger's time of the next entry.</summary>
    public long Now { get; set; }

    /// <summary>Everything that was appended, refused entries included.</summary>
    public List<TestRecord> History { get; } = [];

    public TestActor Ledger { get; }

    /// <summary>Signs ticks.</summary>
    public TestActor Ticker { get; }

    public TestActor Requester { get; }

    public TestActor AppOwner { get; }

    public TestActor DataOwner { get; }

    public IReadOnlyList<TestActor> Verifiers { get; }

    public IReadOnlyList<TestActor> Executors { get; }

    /// <summary>Operators of the genesis without nodes.</summary>
    public IReadOnlyList<TestActor> SpareOperators { get; }

    /// <summary>A new actor of this network's seed.</summary>
    public TestActor Actor(string name) => new(_seed, name);

    /// <summary>A new node that nobody knows yet.</summary>
    public TestActor Node(string name, TestActor operatorActor, NodeRoles roles) => new(_seed, name) { Operator = operatorActor, Roles = roles };

    /// <summary>Signs an entry with the signer's next number, without appending it.</summary>
    public byte[] Sign(TestActor signer, EntryBody body) => EntrySigner.Sign(Network, signer.Key, signer.NextSequence, body).Encoded.ToArray();

    /// <summary>Signs any payload as it stands.</summary>
    public byte[] Frame(TestActor signer, ReadOnlySpan<byte> payload) => CoseSigner.Sign(signer.Key, Network.Value.ToArray(), payload).Encoded.ToArray();

    /// <summary>Appends bytes at <see cref="Now"/>.</summary>
    public ApplyResult Append(ReadOnlySpan<byte> bytes)
    {
        ApplyResult result = State.Apply(Now, PreparedEntry.Prepare(Network, bytes));
        History.Add(new TestRecord(Now, bytes.ToArray(), result.Refusal));
        return result;
    }

    /// <summary>Signs and appends; the signer's number goes up only when the entry applies.</summary>
    public RefusalReason Apply(TestActor signer, EntryBody body)
    {
        RefusalReason refusal = Append(Sign(signer, body)).Refusal;
        if (refusal == RefusalReason.None) signer.NextSequence++;
        return refusal;
    }

    /// <summary>Signs and appends an entry that must apply.</summary>
    public void Must(TestActor signer, EntryBody body)
    {
        RefusalReason refusal = Apply(signer, body);
        if (refusal != RefusalReason.None) throw new InvalidOperationException($"{body.Kind} by {signer} at {Now}: refused/{refusal.Code()}.");
    }

    /// <summary>Appends a verdict that must apply, unless its verifier was not drawn.</summary>
    public void MustUnlessNoSeat(TestActor signer, VerdictEntry verdict)
    {
        RefusalReason refusal = Apply(signer, verdict);
        if (refusal is not (RefusalReason.None or RefusalReason.NoSeat)) throw new InvalidOperationException($"Verdict by {signer}: refused/{refusal.Code()}.");
    }

    /// <summary>Folds the recorded entries again, from the genesis on.</summary>
    public NetworkState Replay()
    {
        var state = new NetworkState(State.Genesis);
        foreach (TestRecord record in History) state.Apply(record.Milliseconds, record.Bytes);
        return state;
    }
}
