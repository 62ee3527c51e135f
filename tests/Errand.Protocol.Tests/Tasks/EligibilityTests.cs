using Errand.Primitives;

namespace Errand.Protocol.Tests;

public sealed class EligibilityTests
{
    [Theory]
    [InlineData(AssetKind.App)]
    [InlineData(AssetKind.Data)]
    [InlineData(AssetKind.Arguments)]
    public void Custody_of_every_asset_binds_the_claims(AssetKind restricted)
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 2);
        var allowed = new CustodyRule(CustodyClass.Operators, [network.Executors[1].Operator.Id]);
        AssetEntry Entry(TestActor owner, AssetKind kind) =>
            network.Asset(owner, kind) with { Custody = kind == restricted ? allowed : CustodyRule.Any };
        AssetId app = network.Publish(network.AppOwner, Entry(network.AppOwner, AssetKind.App));
        AssetId data = network.Publish(network.DataOwner, Entry(network.DataOwner, AssetKind.Data));
        AssetId secret = network.Publish(network.Requester, Entry(network.Requester, AssetKind.Arguments));
        TestTask task = network.MustSubmit(
            network.Submission(app, data) with { SecretArguments = secret },
            new Dictionary<AssetId, TestActor> { [app] = network.AppOwner, [data] = network.DataOwner, [secret] = network.Requester })
            .RunTo(TaskPhase.Claiming);
        network.Refused("refused/not-eligible", network.Executors[0], task.Claim(network.Executors[0]));
        network.Must(network.Executors[1], task.Claim(network.Executors[1]));
    }

    [Theory]
    [InlineData(AssetKind.App, "none")]
    [InlineData(AssetKind.Data, "not-eligible")]
    public void Data_is_used_at_its_sites_only_while_an_app_travels(AssetKind elsewhere, string expected)
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 1);
        AssetEntry Entry(TestActor owner, AssetKind kind) =>
            network.Asset(owner, kind) with { Sites = kind == elsewhere ? ["there"] : ["here"] };
        AssetId app = network.Publish(network.AppOwner, Entry(network.AppOwner, AssetKind.App));
        AssetId data = network.Publish(network.DataOwner, Entry(network.DataOwner, AssetKind.Data));
        TestTask task = network.MustSubmit(network.Submission(app, data), new Dictionary<AssetId, TestActor> { [app] = network.AppOwner, [data] = network.DataOwner })
            .RunTo(TaskPhase.Claiming);
        Assert.Equal(expected, network.Apply(network.Executors[0], task.Claim(network.Executors[0])).Code());
    }

    [Fact]
    public void Another_kind_of_TEE_does_not_fit()
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 1);
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        AssetId data = network.Publish(network.DataOwner, AssetKind.Data);
        TestTask task = network.MustSubmit(
            network.Submission(app, data) with { Tee = TeeKind.Tdx },
            new Dictionary<AssetId, TestActor> { [app] = network.AppOwner, [data] = network.DataOwner })
            .RunTo(TaskPhase.Claiming);
        network.Refused("refused/not-eligible", network.Executors[0], task.Claim(network.Executors[0]));
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal("task:failed/no-executor", task.Outcome);
    }
}
