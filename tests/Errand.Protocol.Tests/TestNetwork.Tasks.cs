using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Tasks: assets, submit, accepts, claims, evidence, verdicts, releases, receipt.</summary>
internal sealed partial class TestNetwork
{
    private int _assets;

    /// <summary>An asset with content of its own, pinned to its owner's VRF key.</summary>
    public AssetEntry Asset(TestActor owner, AssetKind kind) => new()
    {
        Content = new ContentId(new Bytes32(owner.Seed($"content {++_assets}"))),
        AssetKind = kind,
        SizeBytes = 1_000,
        VrfKey = owner.Vrf.PublicKey,
        Sites = ["here"],
        Custody = CustodyRule.Any,
        Budget = AssetBudget.OfAccepts(1_000_000),
        PolicyDigest = default,
    };

    /// <summary>Publishes an asset.</summary>
    public AssetId Publish(TestActor owner, AssetEntry asset)
    {
        Must(owner, asset);
        return AssetId.Of(owner.Id, asset.Content);
    }

    /// <summary>Publishes an asset.</summary>
    public AssetId Publish(TestActor owner, AssetKind kind) => Publish(owner, Asset(owner, kind));

    /// <summary>A task over one app and data assets.</summary>
    public SubmitEntry Submission(AssetId app, params AssetId[] data) => new()
    {
        App = app,
        Data = [.. data.Select((asset, i) => new TaskData(asset, $"data{i}"))],
        Arguments = ["--fast"],
        Recipients = [new ReadOnlyMemory<byte>(Requester.Seed("recipient"))],
        Limits = new TaskLimits(1_000_000, 1 << 20, 4_096, 0, 1_024),
        DeadlineMilliseconds = Now + 24L * 3600 * 1000,
        Tee = TeeKind.SevSnp,
    };

    /// <summary>Submits a task; its owners are those given, by asset.</summary>
    public TestTask MustSubmit(SubmitEntry submit, IReadOnlyDictionary<AssetId, TestActor> owners)
    {
        byte[] bytes = Sign(Requester, submit);
        ApplyResult result = Append(bytes);
        if (!result.Applied) throw new InvalidOperationException($"The task was refused: {result.Refusal.Code()}.");
        Requester.NextSequence++;
        return new TestTask(this, State.Tasks[TaskId.Of(Network, Requester.Id, result.Entry.Payload.Span)], owners);
    }

    /// <summary>Publishes an app and data of two owners and submits a task over them.</summary>
    public TestTask MustSubmit()
    {
        AssetId app = Publish(AppOwner, AssetKind.App);
        AssetId data = Publish(DataOwner, AssetKind.Data);
        return MustSubmit(Submission(app, data), new Dictionary<AssetId, TestActor> { [app] = AppOwner, [data] = DataOwner });
    }

    /// <summary>A task's verdict in the current round of its current attempt.</summary>
    public VerdictEntry TaskVerdict(TestActor verifier, TaskState task, bool accept) => Verdict(
        verifier,
        CommitteeRole.Task,
        task.Id.Value,
        Lottery.Input(Network, CommitteeRole.Task, task.Id.Value, task.Seed!.Value, task.Attempt!.Number, task.Attempt.Rounds.Count),
        task.Attempt.Number,
        task.Attempt.Rounds.Count,
        task.Attempt.EvidenceDigest,
        task.Attempt.EvidenceRoot,
        accept);

    /// <summary>The executor with a public key.</summary>
    public TestActor ExecutorOf(PublicKey id) => Executors.First(executor => executor.Id == id);
}
