using System.Text;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

[Collection(NetworkSuite.Name)]
public sealed class WholeTaskTests(SharedNetwork shared)
{
    [Fact]
    public async Task Every_node_qualifies_by_its_proof_of_trust()
    {
        RunningNetwork network = await shared.HealthyAsync();

        Assert.Equal(10, network.State.Nodes.Values.Count(node => node.Proven && node.EkId is not null));
        Assert.Equal(3, network.State.Nodes.Values.Count(node => node.ChipId is not null));
    }

    [Fact]
    public async Task A_model_is_trained_on_data_that_never_moves()
    {
        RunningNetwork network = await shared.HealthyAsync();
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        await network.EndedAsync(task);

        TaskState state = network.State.Tasks[task];
        foreach (TaskStep step in state.Steps) TestContext.Current.TestOutputHelper?.WriteLine($"{step.Phase} {step.Attempt} {step.AtMilliseconds - state.Steps[0].AtMilliseconds}");
        Assert.Equal((TaskOutcome.Completed, TaskReason.None), (state.Outcome, state.Reason));
        var files = network.OpenResult(task).Files;
        Assert.Equal("model.json", Assert.Single(files).Name);
        Assert.Contains("\"accuracy\": 0.98", Encoding.UTF8.GetString(files[0].Content.Span), StringComparison.Ordinal);
        Assert.False(network.Network.Traffic.Bytes.ContainsKey("sites"));
        string[] retried = [.. shared.Log.Lines.Where(line => line.Contains(task.Value.ToShortString(), StringComparison.Ordinal) && line.Contains("will be tried again", StringComparison.Ordinal))];
        Assert.True(retried.Length == 0, $"A healthy task needs no second tries: {string.Join('\n', retried)}");
    }

    [Fact]
    public async Task T_74_blob_absence()
    {
        RunningNetwork network = await shared.HealthyAsync();
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        await network.EndedAsync(task);

        // A reader that has the entries and nothing else: no sealed file, no result, no evidence beside the ledger.
        var reader = new NetworkState(network.Network.Genesis);
        foreach ((LedgerEntry entry, ApplyResult result) in network.History) Assert.Equal(result.Refusal, reader.Apply(entry.TimeMilliseconds, entry.Bytes.Span).Refusal);
        Assert.Equal(network.State.Root(), reader.Root());
        // Executor and verifiers hold what there is; they named the same state, or their verdicts would not have counted.
        Assert.Equal(TaskOutcome.Completed, reader.Tasks[task].Outcome);
        Assert.Contains(network.Applied<VerdictEntry>(), verdict => verdict.CaseId == task.Value);
    }
}
