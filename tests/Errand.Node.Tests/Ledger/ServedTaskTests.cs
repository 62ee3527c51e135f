using Errand.Ledger;
using Errand.Protocol;
using Errand.Primitives;

namespace Errand.Node.Tests;

[Collection(NetworkSuite.Name)]
public sealed class ServedTaskTests
{
    [Fact]
    public async Task A_whole_task_runs_over_a_served_ledger_under_five_of_seven_witnesses()
    {
        await using RunningNetwork network = await RunningNetwork.StartAsync(change: options => options with { Ledger = DevelopmentLedgerKind.Served });
        Assert.Equal((7, 5), (network.State.Genesis.Witnesses.Witnesses.Length, network.State.Genesis.Witnesses.Quorum));
        AssetId app = await network.PublishAsync("lab", AssetKind.App, Samples.LogisticRegression, "", Samples.Policy("app"));
        AssetId data = await network.PublishAsync("hospital", AssetKind.Data, Samples.BreastCancer, "hospital-campus", Samples.Policy("data"));
        TaskId task = await network.SubmitAsync(app, data, "table.csv");
        await network.EndedAsync(task);
        Assert.Equal((TaskOutcome.Completed, TaskReason.None), (network.State.Tasks[task].Outcome, network.State.Tasks[task].Reason));
        Assert.Equal("model.json", Assert.Single(network.OpenResult(task).Files).Name);
        SignedCheckpoint published = network.Network.Served!.Board.Current;
        Assert.True(published.Checkpoint.Size >= network.State.NextPosition);
        Assert.True(network.Network.Served.Quorum.CountIn(published.Note) >= 5);
        Assert.Null(network.Network.Served.Status.Problem);
    }
}
