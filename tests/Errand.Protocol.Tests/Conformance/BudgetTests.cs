using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Conformance cases of budgets, as the fold keeps them whatever a broker does.</summary>
public sealed class BudgetTests
{
    private static readonly AssetBudget Plenty = new(100, 100, 100, 100, 100);

    private readonly TestNetwork _network = TestNetwork.WithExecutors();

    private AssetId App() => _network.Publish(_network.AppOwner, AssetKind.App);

    private AssetId Data(AssetBudget budget) => _network.Publish(_network.DataOwner, _network.Asset(_network.DataOwner, AssetKind.Data) with { Budget = budget });

    private TestTask Submit(AssetId app, AssetId data, int number = 0) => _network.MustSubmit(
        _network.Submission(app, data) with { Arguments = [$"{number}"] },
        new Dictionary<AssetId, TestActor> { [app] = _network.AppOwner, [data] = _network.DataOwner });

    [Fact]
    public void T_05_resubmit_grind()
    {
        AssetId app = App(), data = Data(AssetBudget.OfAccepts(2));
        for (int i = 0; i < 20; i++)
        {
            TestTask task = Submit(app, data, i);
            if (i < 2) _network.Must(_network.DataOwner, task.Accept(data));
            else _network.Refused("refused/accept-budget", _network.DataOwner, task.Accept(data));
        }
        Assert.Equal(2, _network.State.Assets[data].Accepts);
    }

    [Fact]
    public void T_06_accept_rate()
    {
        AssetId app = App(), data = Data(Plenty with { AcceptsPerAppAndEpoch = 1 });
        TestTask first = Submit(app, data, 1), second = Submit(app, data, 2), other = Submit(App(), data, 3);
        _network.Must(_network.DataOwner, first.Accept(data));
        Assert.False(_network.State.IsWithinAcceptRate(second.State, _network.State.Assets[data]));
        _network.Refused("refused/accept-rate", _network.DataOwner, second.Accept(data));
        // Another app has a rate of its own, and the next epoch another accept.
        _network.Must(_network.DataOwner, other.Accept(data));
        _network.NextEpoch();
        _network.Must(_network.DataOwner, second.Accept(data));
    }

    [Fact]
    public void T_100_resealed_app_in_the_fold()
    {
        AssetId data = Data(Plenty with { Accepts = 2, AcceptsPerApp = 1 });
        AssetId app = App();
        _network.Must(_network.DataOwner, Submit(app, data, 1).Accept(data));
        _network.Refused("refused/accept-budget", _network.DataOwner, Submit(app, data, 2).Accept(data));
        // Every sealing of an app has a budget of its own; the total holds for all of them.
        _network.Must(_network.DataOwner, Submit(App(), data, 3).Accept(data));
        _network.Refused("refused/total-budget", _network.DataOwner, Submit(App(), data, 4).Accept(data));
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(100, 1)]
    public void A_second_attempt_takes_another_release(int releases, int releasesPerApp)
    {
        AssetId app = App(), data = Data(Plenty with { Releases = releases, ReleasesPerApp = releasesPerApp });
        TestTask task = Submit(app, data).RunTo(TaskPhase.Running);
        Assert.Equal((1L, 1L), (_network.State.Assets[data].Releases, _network.State.Assets[data].UseBy(app).Releases));
        _network.Must(task.Executor, new AbandonEntry { Task = task.Id, Attempt = 1 });
        task.RunTo(TaskPhase.Releasing);
        _network.Must(_network.AppOwner, task.Release(app, 2));
        Assert.False(NetworkState.HasReleaseLeft(task.State, _network.State.Assets[data]));
        _network.Refused("refused/release-budget", _network.DataOwner, task.Release(data, 2));
        Assert.Equal(2, _network.State.Assets[app].Releases);
    }

    [Fact]
    public void A_budget_that_is_no_budget_is_malformed()
    {
        AssetEntry asset = _network.Asset(_network.DataOwner, AssetKind.Data);
        _network.Refused("refused/malformed-field", _network.DataOwner, asset with { Budget = Plenty with { Releases = AssetBudget.Max + 1 } });
        _network.Must(_network.DataOwner, asset with { Budget = new AssetBudget(AssetBudget.Max, AssetBudget.Max, AssetBudget.Max, AssetBudget.Max, AssetBudget.Max) });
    }
}
