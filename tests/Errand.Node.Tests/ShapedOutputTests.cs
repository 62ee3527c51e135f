using System.Text;
using Errand.Client;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>A data owner that demands a shape, in a whole network.</summary>
[Collection(NetworkSuite.Name)]
public sealed class ShapedOutputTests(SharedNetwork shared)
{
    [Fact]
    public async Task Output_in_shape_leaves_and_output_out_of_shape_is_explained_to_its_owner_alone()
    {
        RunningNetwork network = await shared.HealthyAsync();
        using HpkePrivateKey hospital = network.Store("hospital").LoadOrCreateRecipientKey();
        string json = $$"""
            { "version": 1, "notes": "{{Convert.ToHexStringLower(hospital.PublicKey.Encode())}}", "files": { "variants.csv": { "csv": {
              "columns": [ { "name": "chromosome", "type": "text", "maxLength": 5, "alphabet": "chr123" }, { "name": "snv", "type": "integer", "maxDigits": 3 },
                { "name": "indel", "type": "integer", "maxDigits": 3 }, { "name": "other", "type": "integer", "maxDigits": 3 } ],
              "maxRows": 5, "count": "snv", "minCount": 2 } } } }
            """;
        Assert.True(OutputShapeFile.TryParse(Encoding.UTF8.GetBytes(json), out OutputShape? shape, out string? error), error);
        AssetId app = await network.PublishAsync("lab", AssetKind.App, Samples.Variants, "", Samples.Policy("app"));
        AssetId many = await network.PublishAsync("hospital", AssetKind.Data, "chr1\t1\t.\tA\tG\nchr1\t2\t.\tA\tG\n"u8.ToArray(), "hospital-campus", Samples.Policy("data", $", \"shape\": {json}"));
        AssetId few = await network.PublishAsync("hospital", AssetKind.Data, "chr3\t1\t.\tA\tG\n"u8.ToArray(), "hospital-campus", Samples.Policy("data", $", \"shape\": {json}"));

        TaskId good = await SubmitAsync(many, shape), refused = await SubmitAsync(few, shape), bare = await SubmitAsync(few, null);
        foreach (TaskId task in (TaskId[])[good, refused, bare]) await network.EndedAsync(task, seconds: 180);

        Assert.Equal("chromosome,snv,indel,other\nchr1,2,0,0\n", Encoding.UTF8.GetString(Assert.Single(network.OpenResult(good).Files).Content.Span));
        Assert.Equal((TaskOutcome.Denied, TaskReason.OwnerDenied), (network.State.Tasks[bare].Outcome, network.State.Tasks[bare].Reason));
        Assert.Equal(DenyReason.OutputShape, Assert.Single(network.Applied<DenyEntry>(), deny => deny.Task == bare).Reason);

        // Public is the outcome alone; the requester's result is empty.
        Assert.Equal(TaskOutcome.Completed, network.State.Tasks[refused].Outcome);
        Assert.Empty(network.OpenResult(refused).Files);
        using ErrandClient client = await ErrandClient.ConnectAsync(new Uri(network.Address), network.State.Network, TimeProvider.System, TestContext.Current.CancellationToken);
        await client.SyncAsync(TestContext.Current.CancellationToken);
        SealedResult result = await client.FetchResultAsync(refused, TestContext.Current.CancellationToken);
        Assert.Equal(OutcomeCode.Refused, result.Receipt.Outcome);
        RefusalNote note = ResultOpener.OpenNote(result, network.State.Network, few, hospital)!;
        Assert.Equal((ShapeRule.GroupSize, "variants.csv", "row 1, column snv"), (note.Rule, note.File, note.Where));
        Assert.Equal("chromosome,snv,indel,other\nchr3,1,0,0\n", Encoding.UTF8.GetString(note.Beginning.Span));
        using HpkePrivateKey requester = HpkePrivateKey.FromSeed(HpkeSuite.Default, network.RecipientSeed);
        Assert.Null(ResultOpener.OpenNote(result, network.State.Network, few, requester));
        Assert.Throws<ClientException>(() => ResultOpener.Open(result, network.State.Network, hospital));

        async Task<TaskId> SubmitAsync(AssetId data, OutputShape? demanded)
        {
            SubmitEntry submit = network.Task(app, data, "table.csv") with { Shapes = demanded is null ? [] : [new TaskShape(data, demanded)] };
            CoseSign1 frame = await network.PostAsync("researcher", submit);
            return TaskId.Of(network.State.Network, frame.Signer, frame.Payload);
        }
    }
}
