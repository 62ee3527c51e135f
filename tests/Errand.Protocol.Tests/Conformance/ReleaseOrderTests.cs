using Errand.Cryptography;
using Errand.Primitives;
using Errand.Tests;

namespace Errand.Protocol.Tests;

/// <summary>Conformance cases of owners: who releases when, and what withholding costs.</summary>
public sealed class ReleaseOrderTests
{
    [Fact]
    public void T_07_owner_withholds_release()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Releasing);
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal("task:failed/owner-withheld", task.Outcome);
        Assert.Single(task.State.Attempts);
        Assert.Empty(task.State.Attempt!.Releases);
        Assert.Equal(1, network.State.Assets[task.App].Withheld);
        Assert.Equal(0, network.State.Assets[task.Data].Withheld);
        Assert.Equal(0, network.State.Nodes[task.Executor.Id].Strikes);
    }

    [Fact]
    public void A_deny_while_releasing_counts_as_withheld()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Releasing);
        network.Must(network.AppOwner, new DenyEntry { Task = task.Id, Asset = task.App, Reason = DenyReason.OwnAppraisal, Attempt = 1 });
        Assert.Equal("task:failed/owner-withheld", task.Outcome);
        Assert.Equal(1, network.State.Assets[task.App].Withheld);
        Assert.Equal(0, network.State.Assets[task.Data].Withheld);
    }

    [Fact]
    public void T_08_release_order()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Releasing);
        network.Refused("refused/release-order", network.DataOwner, task.Release(task.Data, 1));
        network.Must(network.AppOwner, task.Release(task.App, 1));
        network.Must(network.DataOwner, task.Release(task.Data, 1));
        Assert.Equal(TaskPhase.Running, task.State.Phase);
    }

    [Fact]
    public void T_08_release_order_puts_secret_arguments_between_app_and_data()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        AssetId data = network.Publish(network.DataOwner, AssetKind.Data);
        AssetId secret = network.Publish(network.Requester, AssetKind.Arguments);
        TestTask task = network.MustSubmit(
            network.Submission(app, data) with { SecretArguments = secret },
            new Dictionary<AssetId, TestActor> { [app] = network.AppOwner, [data] = network.DataOwner, [secret] = network.Requester })
            .RunTo(TaskPhase.Releasing);
        network.Refused("refused/release-order", network.Requester, task.Release(secret, 1));
        network.Must(network.AppOwner, task.Release(app, 1));
        network.Refused("refused/release-order", network.DataOwner, task.Release(data, 1));
        network.Must(network.Requester, task.Release(secret, 1));
        network.Must(network.DataOwner, task.Release(data, 1));
        Assert.Equal(TaskPhase.Running, task.State.Phase);
    }

    [Fact]
    public void T_15_owner_twice()
    {
        string[] roots = [Run(appFirst: true), Run(appFirst: false)];
        Assert.Equal(roots[0], roots[1]);

        static string Run(bool appFirst)
        {
            TestNetwork network = TestNetwork.WithExecutors(executors: 1);
            TestActor owner = network.DataOwner;
            AssetId app = network.Publish(owner, AssetKind.App);
            AssetId data = network.Publish(owner, AssetKind.Data);
            TestTask task = network.MustSubmit(network.Submission(app, data), new Dictionary<AssetId, TestActor> { [app] = owner, [data] = owner });
            foreach (AssetId asset in appFirst ? [app, data] : new[] { data, app }) network.Must(owner, task.Accept(asset));
            network.AdvanceTo(task.State.PhaseDueMilliseconds);

            var beta = new byte[Vrf.OutputSize];
            Assert.True(Vrf.TryProofToHash(owner.Prove(AcceptEntry.Input(network.Network, task.Id)), beta));
            Bytes32 expected = new TaggedHash(Tags.Seed).Add(network.Network.Value).Add(task.Id.Value).Add(beta)
                .Add(network.State.Clock.Randomness.Randomness).ToDigest();
            Assert.Equal(expected, task.State.Seed);
            return network.State.Root().ToString();
        }
    }
}
