using System.Collections.Immutable;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Client.Tests;

public sealed class OwnerPolicyTests
{
    private readonly TestNetwork _net = TestNetwork.WithExecutors();
    private readonly TestTask _task;

    public OwnerPolicyTests() => _task = _net.MustSubmit();

    private PublicKey Requester => _net.Requester.Id;

    private Bytes32 Recipient => OwnerPolicy.RecipientDigest(_task.State.Submit.Recipients[0].Span);

    private OwnerPolicy DataPolicy => new()
    {
        Kind = AssetKind.Data,
        Apps = Allowed<AssetId>.Only([_task.App]),
        Data = Allowed<AssetId>.None,
        Requesters = Allowed<PublicKey>.Only([Requester]),
        Recipients = Allowed<Bytes32>.Only([Recipient]),
        Arguments = ArgumentRule.Only([["--fast"]]),
        SecretArguments = false,
        Custody = CustodyRule.Any,
        EligibleExecutorsMin = 3,
        Budget = AssetBudget.OfAccepts(1),
        OutputBytesMax = 4_096,
        LogBytesMax = 0,
        PaddingBytes = 1_024,
    };

    private OwnerPolicy AppPolicy => DataPolicy with { Kind = AssetKind.App, Apps = Allowed<AssetId>.None, Data = Allowed<AssetId>.Only([_task.Data]) };

    [Fact]
    public void Task_that_fits_exactly_is_accepted_by_both_owners()
    {
        Assert.Null(Decide(DataPolicy));
        Assert.Null(AppPolicy.Decide(_task.State, PolicyFacts.Of(_net.State, _task.State, _task.App)));
    }

    [Fact]
    public void Each_rule_broken_in_turn_gives_its_reason()
    {
        AssetId foreign = new(new Bytes32(_net.Ledger.Seed("foreign")));
        Assert.Equal(DenyReason.Asset, Decide(DataPolicy with { Apps = Allowed<AssetId>.Only([foreign]) }));
        Assert.Equal(DenyReason.Asset, Decide(DataPolicy with { Apps = Allowed<AssetId>.None }));
        Assert.Equal(DenyReason.Requester, Decide(DataPolicy with { Requesters = Allowed<PublicKey>.Only([_net.Ledger.Id]) }));
        Assert.Equal(DenyReason.Recipient, Decide(DataPolicy with { Recipients = Allowed<Bytes32>.None }));
        foreach (ImmutableArray<string> wrong in (ImmutableArray<string>[])[[], ["--FAST"], ["--fast", ""], ["--fast", "--fast"], ["--slow"]])
            Assert.Equal(DenyReason.Arguments, Decide(DataPolicy with { Arguments = ArgumentRule.Only([wrong]) }));
        Assert.Equal(DenyReason.AcceptBudget, Decide(DataPolicy with { Budget = AssetBudget.OfAccepts(0) }));
        Assert.Equal(DenyReason.EligibleSet, Decide(DataPolicy with { EligibleExecutorsMin = 4 }));
        Assert.Equal(DenyReason.OutputLimit, Decide(DataPolicy with { OutputBytesMax = 4_095 }));
        Assert.Equal(DenyReason.OutputLimit, Decide(DataPolicy with { PaddingBytes = 2_048 }));
        Assert.Null(Decide(DataPolicy with { PaddingBytes = 512 }));
        Assert.Equal(DenyReason.Asset, AppPolicy.Decide(_task.State, new PolicyFacts(foreign, 0, 3))?.Reason);
    }

    [Fact]
    public void Shape_of_the_policy_must_be_in_the_task_byte_for_byte()
    {
        OutputShape shape = Shape(10, [1, 2, 3]);
        Assert.Equal(DenyReason.OutputShape, Decide(DataPolicy with { Shape = shape }));
        TestTask shaped = _net.MustSubmit(_task.State.Submit with { Shapes = [new TaskShape(_task.Data, shape)] }, new Dictionary<AssetId, TestActor>());
        var facts = new PolicyFacts(_task.Data, 0, 3);
        Assert.Null((DataPolicy with { Shape = shape }).Decide(shaped.State, facts));
        Assert.Equal(DenyReason.OutputShape, DataPolicy.Decide(shaped.State, facts)?.Reason);
        Assert.Equal(DenyReason.OutputShape, (DataPolicy with { Shape = Shape(9, [1, 2, 3]) }).Decide(shaped.State, facts)?.Reason);
        Assert.Equal(DenyReason.OutputShape, (DataPolicy with { Shape = Shape(10, [1, 2, 4]) }).Decide(shaped.State, facts)?.Reason);
        // The app's owner has no shape, but who reads the note must be one of its recipients.
        facts = facts with { Asset = _task.App };
        Assert.Equal(DenyReason.Recipient, AppPolicy.Decide(shaped.State, facts)?.Reason);
        Assert.Null((AppPolicy with { Recipients = Allowed<Bytes32>.Only([Recipient, OwnerPolicy.RecipientDigest([1, 2, 3])]) }).Decide(shaped.State, facts));

        static OutputShape Shape(long least, byte[] key) => OutputShape.TryCreate([new CsvShape("t.csv", [new CsvInteger("n", 6)], 1, 0, least)], key)!;
    }

    [Fact]
    public void Asset_of_the_other_kind_or_not_in_the_task_is_denied()
    {
        Assert.Equal(DenyReason.Asset, DataPolicy.Decide(_task.State, new PolicyFacts(_task.App, 0, 3))?.Reason);
        Assert.Equal(DenyReason.Asset, (AppPolicy with { Data = Allowed<AssetId>.Any }).Decide(_task.State, new PolicyFacts(_task.Data, 0, 3))?.Reason);
    }

    [Fact]
    public void Other_data_in_the_task_must_be_allowed_by_both()
    {
        AssetId second = _net.Publish(_net.DataOwner, AssetKind.Data);
        TestTask both = _net.MustSubmit(_net.Submission(_task.App, _task.Data, second), new Dictionary<AssetId, TestActor>());
        var facts = new PolicyFacts(_task.Data, 0, 3);
        Assert.Equal(DenyReason.Asset, DataPolicy.Decide(both.State, facts)?.Reason);
        Assert.Null((DataPolicy with { Data = Allowed<AssetId>.Only([second]) }).Decide(both.State, facts));
        Assert.Equal(DenyReason.Asset, AppPolicy.Decide(both.State, facts with { Asset = _task.App })?.Reason);
    }

    [Fact]
    public void Logs_and_secret_arguments_must_be_allowed()
    {
        SubmitEntry submit = _net.Submission(_task.App, _task.Data);
        TestTask logging = _net.MustSubmit(submit with { Limits = submit.Limits with { LogBytes = 10 } }, new Dictionary<AssetId, TestActor>());
        var facts = new PolicyFacts(_task.Data, 0, 3);
        Assert.Equal(DenyReason.OutputLimit, DataPolicy.Decide(logging.State, facts)?.Reason);
        Assert.Null((DataPolicy with { LogBytesMax = 10 }).Decide(logging.State, facts));

        AssetId secret = _net.Publish(_net.Requester, AssetKind.Arguments);
        TestTask hidden = _net.MustSubmit(submit with { SecretArguments = secret }, new Dictionary<AssetId, TestActor>());
        Assert.Equal(DenyReason.Arguments, DataPolicy.Decide(hidden.State, facts)?.Reason);
        Assert.Null((DataPolicy with { SecretArguments = true }).Decide(hidden.State, facts));
    }

    [Fact]
    public void T_05_accepts_used_up_deny_the_next_task()
    {
        OwnerPolicy policy = DataPolicy with { Budget = AssetBudget.OfAccepts(2) };
        Assert.Null(policy.Decide(_task.State, new PolicyFacts(_task.Data, 1, 3)));
        PolicyDenial? denial = policy.Decide(_task.State, new PolicyFacts(_task.Data, 2, 3));
        Assert.Equal("accept-budget", denial?.Reason.Code());
        Assert.Contains("used up", denial!.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Eligible_executors_are_counted_by_snapshot_kind_custody_and_pause()
    {
        Assert.Equal(3, PolicyFacts.Of(_net.State, _task.State, _task.Data).EligibleExecutors);
        AssetId narrow = _net.Publish(_net.DataOwner, _net.Asset(_net.DataOwner, AssetKind.Data) with { Custody = new CustodyRule(CustodyClass.Executors, [_net.Executors[0].Id]) });
        TestTask task = _net.MustSubmit(_net.Submission(_task.App, narrow), new Dictionary<AssetId, TestActor>());
        Assert.Equal(1, PolicyFacts.Of(_net.State, task.State, narrow).EligibleExecutors);
    }

    private DenyReason? Decide(OwnerPolicy policy) => policy.Decide(_task.State, PolicyFacts.Of(_net.State, _task.State, _task.Data))?.Reason;

    [Fact]
    public void T_100_resealed_app()
    {
        // Each sealing of an app has a budget of its own; the asset's total holds for all of them together.
        OwnerPolicy policy = DataPolicy with { Budget = new AssetBudget(4, 2, 2, 6, 3) };
        var facts = new PolicyFacts(_task.Data, 3, 3) { AcceptsGivenToApp = 0 };
        Assert.Null(policy.Decide(_task.State, facts));
        Assert.Equal("accept-budget", policy.Decide(_task.State, facts with { AcceptsGivenToApp = 2 })?.Reason.Code());
        Assert.Equal("total-budget", policy.Decide(_task.State, facts with { AcceptsGiven = 4 })?.Reason.Code());
        Assert.Equal("release-budget", policy.Decide(_task.State, facts with { Releases = 6 })?.Reason.Code());
        Assert.Equal("release-budget", policy.Decide(_task.State, facts with { ReleasesToApp = 3 })?.Reason.Code());
    }
}
