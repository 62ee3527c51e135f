using Errand.Primitives;

namespace Errand.Protocol.Tests;

public sealed class WithdrawTests
{
    private readonly TestNetwork _network = TestNetwork.WithExecutors();

    [Theory]
    [InlineData(TaskPhase.Accepting)]
    [InlineData(TaskPhase.Drawing)]
    [InlineData(TaskPhase.Claiming)]
    [InlineData(TaskPhase.Attesting)]
    [InlineData(TaskPhase.Verifying)]
    [InlineData(TaskPhase.Releasing)]
    public void A_requester_takes_a_task_back_before_a_key_is_out(TaskPhase phase)
    {
        TestTask task = _network.MustSubmit().RunTo(phase);
        var withdraw = new WithdrawEntry { Task = task.Id };
        _network.Refused("refused/not-requester", _network.AppOwner, withdraw);
        _network.Must(_network.Requester, withdraw);
        Assert.Equal("task:withdrawn/withdrawn", task.Outcome);
        Assert.Empty(_network.State.OpenTasks);
        Assert.All(_network.State.Nodes.Values, node => Assert.Equal(0, node.Strikes));
        _network.Refused("refused/late", _network.Requester, withdraw);
        // No deadline of the task is left.
        _network.Advance(2 * 24L * 3600 * 1000, tickets: false);
        Assert.Equal("task:withdrawn/withdrawn", task.Outcome);
    }

    [Fact]
    public void A_task_whose_key_is_out_takes_its_course()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Releasing);
        _network.Must(_network.AppOwner, task.Release(task.App, 1));
        _network.Refused("refused/late", _network.Requester, new WithdrawEntry { Task = task.Id });
        _network.Must(task.Executor, new AbandonEntry { Task = task.Id, Attempt = 1 });
        _network.Refused("refused/late", _network.Requester, new WithdrawEntry { Task = task.Id });
        _network.Refused("refused/unknown-task", _network.Requester, new WithdrawEntry { Task = default });
        task.RunTo(TaskPhase.Ended);
        Assert.Equal("task:completed", task.Outcome);
    }

    [Fact]
    public void A_withdrawn_asset_is_in_no_new_task_and_accepted_for_none()
    {
        TestTask before = _network.MustSubmit();
        _network.Must(_network.DataOwner, before.Accept(before.Data));
        TestTask open = _network.MustSubmit(_network.Submission(before.App, before.Data) with { Arguments = [] },
            new Dictionary<AssetId, TestActor> { [before.App] = _network.AppOwner, [before.Data] = _network.DataOwner });
        var withdraw = new WithdrawAssetEntry { Asset = before.Data };
        _network.Refused("refused/not-owner", _network.AppOwner, withdraw);
        _network.Refused("refused/unknown-asset", _network.DataOwner, new WithdrawAssetEntry { Asset = default });
        _network.Must(_network.DataOwner, withdraw);
        _network.Refused("refused/asset-withdrawn", _network.DataOwner, withdraw);
        _network.Refused("refused/asset-withdrawn", _network.Requester, _network.Submission(before.App, before.Data));
        _network.Refused("refused/asset-withdrawn", _network.DataOwner, open.Accept(open.Data));
        // What was accepted before goes on; the owner can still deny it.
        _network.Must(_network.AppOwner, before.Accept(before.App));
        before.RunTo(TaskPhase.Ended);
        Assert.Equal("task:completed", before.Outcome);
    }

    [Fact]
    public void A_deny_that_was_refused_is_of_no_use_later()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Running);
        byte[] denied = _network.Sign(_network.DataOwner, new DenyEntry { Task = task.Id, Asset = task.Data, Reason = DenyReason.Stopped, Attempt = 1 });
        byte[] early = _network.Sign(_network.DataOwner, new DenyEntry { Task = task.Id, Asset = task.Data, Reason = DenyReason.Stopped, Attempt = 0 });
        _network.Refused("refused/late", denied);
        _network.Refused("refused/late", early);
        _network.Must(task.Executor, new AbandonEntry { Task = task.Id, Attempt = 1 });
        task.RunTo(TaskPhase.Releasing);
        _network.Refused("refused/attempt-closed", denied);
        _network.Refused("refused/attempt-closed", early);
        _network.Refused("refused/too-early", _network.DataOwner, new DenyEntry { Task = task.Id, Asset = task.Data, Reason = DenyReason.Stopped, Attempt = 3 });
        task.RunTo(TaskPhase.Ended);
        Assert.Equal("task:completed", task.Outcome);
    }

    [Theory]
    [InlineData(TaskPhase.Drawing, 0)]
    [InlineData(TaskPhase.Claiming, 0)]
    [InlineData(TaskPhase.Attesting, 1)]
    [InlineData(TaskPhase.Verifying, 1)]
    public void An_owner_that_takes_its_accept_back_has_withheld(TaskPhase phase, int attempt)
    {
        TestTask task = _network.MustSubmit().RunTo(phase);
        _network.Must(_network.DataOwner, new DenyEntry { Task = task.Id, Asset = task.Data, Reason = DenyReason.Stopped, Attempt = attempt });
        Assert.Equal("task:failed/owner-withheld", task.Outcome);
        Assert.Equal(1, _network.State.Assets[task.Data].Withheld);
    }
}
