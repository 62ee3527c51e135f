using System.Text;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

public sealed class WholeTaskTests
{
    [Fact]
    public async Task A_model_is_trained_on_data_that_never_moves()
    {
        await using RunningNetwork network = await RunningNetwork.StartAsync();
        AssetId data = await network.PublishAsync("hospital", AssetKind.Data, Samples.BreastCancer, "hospital-campus", Samples.Policy("data"));
        AssetId app = await network.PublishAsync("lab", AssetKind.App, Samples.LogisticRegression, "", Samples.Policy("app"));
        TaskId task = await network.SubmitAsync(app, data, "table.csv");
        await network.EndedAsync(task);

        TaskState state = network.State.Tasks[task];
        foreach (TaskStep step in state.Steps) TestContext.Current.TestOutputHelper?.WriteLine($"{step.Phase} {step.Attempt} {step.AtMilliseconds - state.Steps[0].AtMilliseconds}");
        Assert.Equal((TaskOutcome.Completed, TaskReason.None), (state.Outcome, state.Reason));
        var files = network.OpenResult(task).Files;
        Assert.Equal("model.json", Assert.Single(files).Name);
        TestContext.Current.TestOutputHelper?.WriteLine(Encoding.UTF8.GetString(files[0].Content.Span));
        Assert.False(network.Network.Traffic.Bytes.ContainsKey("sites"));
    }
}
