using Errand.Primitives;
using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Benchmarks;

/// <summary>A ledger of many tasks at once, in waves: of each about 2 accepts, 2 claims, 1 evidence, 7 verdicts, 2 releases, 1 receipt.</summary>
internal sealed class FoldHistory
{
    private FoldHistory(TestNetwork network)
    {
        Genesis = network.State.Genesis;
        Root = network.State.Root();
        Entries = [.. network.History];
    }

    public Genesis Genesis { get; }

    /// <summary>The state root after all of it.</summary>
    public StateRoot Root { get; }

    public IReadOnlyList<TestRecord> Entries { get; }

    /// <summary>Entries that carry a signature and no VRF proof.</summary>
    public static FoldHistory RecordAssets(int count)
    {
        var network = TestNetwork.WithExecutors("fold benchmark of assets", executors: 1);
        for (int i = 0; i < count; i++) network.Publish(network.DataOwner, AssetKind.Data);
        return new FoldHistory(network);
    }

    public static FoldHistory Record(int waves, int tasksInWave)
    {
        var network = TestNetwork.WithExecutors("fold benchmark", executors: 2);
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        AssetId data = network.Publish(network.DataOwner, AssetKind.Data);
        var owners = new Dictionary<AssetId, TestActor> { [app] = network.AppOwner, [data] = network.DataOwner };
        for (int wave = 0; wave < waves; wave++)
        {
            TestTask[] tasks = [.. Enumerable.Range(0, tasksInWave).Select(_ => network.MustSubmit(network.Submission(app, data), owners))];
            foreach (TestTask task in tasks) task.RunTo(TaskPhase.Drawing);
            foreach (TestTask task in tasks) task.ClaimAll();
            network.AdvanceTo(tasks[0].State.PhaseDueMilliseconds);
            foreach (TaskPhase phase in new[] { TaskPhase.Verifying, TaskPhase.Releasing, TaskPhase.Running, TaskPhase.Ended })
                foreach (TestTask task in tasks) task.RunTo(phase);
            // Every verifier gives its ticket once in a while; most are not the lowest.
            foreach (TestActor verifier in network.Verifiers) network.Apply(verifier, network.Ticket(verifier));
        }
        return new FoldHistory(network);
    }
}
