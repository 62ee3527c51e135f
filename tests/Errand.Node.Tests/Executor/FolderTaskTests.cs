using System.Text;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>A task on a sealed folder, from owner to requester.</summary>
[Collection(NetworkSuite.Name)]
public sealed class FolderTaskTests(SharedNetwork shared)
{
    [Fact]
    public async Task App_counts_the_files_of_a_folder_that_nobody_else_has_seen()
    {
        RunningNetwork network = await shared.HealthyAsync();
        (string Path, byte[] Content)[] files = [("ward 1/a.dcm", new byte[70_000]), ("ward 1/b.dcm", [1, 2, 3]), ("über.txt", "x"u8.ToArray())];
        FolderIndex index = FolderIndex.TryMake(files.Select(file => (file.Path, (long?)file.Content.Length)))!;
        byte[] encoded = index.Encode(), plaintext = [.. encoded, .. index.Entries.SelectMany(entry => files.Single(file => file.Path == entry.Path).Content)];
        AssetId data = await network.PublishAsync("hospital", AssetKind.Data, plaintext, "hospital-campus", Samples.Policy("data"), encoded.Length);
        AssetId app = await network.PublishAsync("lab", AssetKind.App, Samples.Guest("tally"), "", Samples.Policy("app"));
        TaskId task = await network.SubmitAsync(app, data, "table.csv");
        await network.EndedAsync(task);
        TaskState state = network.State.Tasks[task];
        Assert.Equal((TaskOutcome.Completed, TaskReason.None), (state.Outcome, state.Reason));
        ResultFile result = Assert.Single(network.OpenResult(task).Files);
        Assert.Equal("ending,files,bytes\ndcm,2,70003\ntxt,1,1\n", Encoding.UTF8.GetString(result.Content.Span));
    }
}
