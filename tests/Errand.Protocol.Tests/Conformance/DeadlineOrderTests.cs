using CsCheck;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>T-62: what is due at one instant happens in one order, however it came to be due.</summary>
public sealed class DeadlineOrderTests
{
    private const int Tasks = 60;
    private const int Shuffles = 100;

    [Fact]
    public void T_62_deadline_order()
    {
        // 1,000 deadlines of three kinds at one instant.
        Deadline[] deadlines = [.. Enumerable.Range(0, 1_000).Select(i =>
            new Deadline(1_000, (DeadlineKind)(2 + i % 3), new TaggedHash("test").Add((ulong)i).ToDigest()))];
        Deadline[] expected = [.. deadlines.OrderBy(d => (int)d.Kind).ThenBy(d => d.CaseId.ToString(), StringComparer.Ordinal)];
        Gen.Shuffle(deadlines).Sample(
            shuffled => Assert.Equal(expected, new SortedSet<Deadline>(shuffled)),
            iter: Shuffles);
    }

    [Fact]
    public void T_62_deadline_order_of_a_whole_state()
    {
        // The last accepts of many tasks set a deadline each, at the same instant as the epoch's end, the draws of Proofs of Trust and
        // the tasks' own expiry for every third; one entry then fires them all, and what they set in turn.
        var network = new TestNetwork();
        TestActor[] owners = [.. Enumerable.Range(0, Tasks).Select(i => network.Actor($"owner {i}"))];
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        TestActor[] candidates = [.. network.SpareOperators.Select((known, i) => network.Node($"candidate {i}", known, NodeRoles.Executor))];
        foreach (TestActor candidate in candidates) network.Must(candidate, network.Registration(candidate));
        long instant = network.Boundary(network.State.Clock.Epoch + 3);
        TestTask[] tasks = [.. owners.Select((owner, i) =>
        {
            AssetId data = network.Publish(owner, AssetKind.Data);
            SubmitEntry submit = network.Submission(app, data);
            TestTask task = network.MustSubmit(
                submit with { DeadlineMilliseconds = i % 3 == 0 ? instant : submit.DeadlineMilliseconds },
                new Dictionary<AssetId, TestActor> { [app] = network.AppOwner, [data] = owner });
            network.Must(network.AppOwner, task.Accept(app));
            return task;
        })];
        network.NextEpoch();
        int setup = network.History.Count;
        PreparedEntry[] accepts = [.. tasks.Select((task, i) => PreparedEntry.Prepare(network.Network, network.Sign(owners[i], task.Accept(task.Data))))];
        network.NextEpoch();
        PreparedEntry[] late = [.. candidates.Select(candidate => PreparedEntry.Prepare(network.Network, network.Sign(candidate, TestNetwork.Offer(candidate))))];
        PreparedEntry tick = PreparedEntry.Prepare(network.Network, network.Sign(network.Ticker, new TickEntry()));
        (long Milliseconds, PreparedEntry Entry)[] history =
            [.. network.History.Select(record => (record.Milliseconds, PreparedEntry.Prepare(network.Network, record.Bytes)))];

        string? expected = null;
        Gen.Shuffle(Enumerable.Range(0, Tasks).ToArray()).Sample(
            order =>
            {
                var state = new NetworkState(network.State.Genesis);
                foreach ((long milliseconds, PreparedEntry entry) in history[..setup]) state.Apply(milliseconds, entry);
                long now = network.Boundary(state.Clock.Epoch);
                foreach (int i in order) Assert.True(state.Apply(now, accepts[i]).Applied);
                foreach ((long milliseconds, PreparedEntry entry) in history[setup..]) state.Apply(milliseconds, entry);
                foreach (PreparedEntry entry in late) Assert.True(state.Apply(state.Clock.Milliseconds, entry).Applied);
                ApplyResult fired = state.Apply(instant + network.Times.ClaimMilliseconds, tick);
                // The epoch's end, the draws, the draws of tasks or their expiry, and the claim windows that the draws opened.
                Assert.True(fired.Applied);
                Assert.Equal(1 + candidates.Length + Tasks + Tasks - Tasks / 3 + Tasks / 3, fired.DeadlinesFired);
                expected ??= state.Root().ToString();
                Assert.Equal(expected, state.Root().ToString());
            },
            iter: 10,
            threads: 1);
    }
}
