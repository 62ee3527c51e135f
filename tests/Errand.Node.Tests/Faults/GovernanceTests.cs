using Errand.Attestation;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>A running network whose governance changes what an enclave may be.</summary>
[Collection(NetworkSuite.Name)]
public sealed class GovernanceTests : IAsyncDisposable
{
    private readonly SigningKey _governance = SigningKey.FromSeed(new byte[32]);
    private readonly SigningKey _carrier = SigningKey.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
    private readonly LogBook _log = new();
    private RunningNetwork? _network;
    private ulong _sequence;

    [Fact]
    public async Task T_45_reference_withdrawn_between_quorum_and_release_ends_the_task_without_a_key()
    {
        RunningNetwork network = await StartAsync();
        AssetId app = await network.PublishAsync("workshop", AssetKind.App, Samples.LogisticRegression, "", Samples.Policy("app"));
        AssetId data = await network.PublishAsync("hospital", AssetKind.Data, Samples.BreastCancer, "hospital-campus", Samples.Policy("data"));
        TaskId task;
        await using (network.StartBroker("workshop", _log))
        {
            task = await network.SubmitAsync(app, data, "table.csv");
            await network.UntilAsync(state => state.Tasks[task].Phase > TaskPhase.Accepting);
        }
        await network.UntilAsync(state => state.Tasks[task].Phase == TaskPhase.Releasing);
        await GovernAsync(network, new GovernanceChange.WithdrawReference(network.State.Genesis.ReferenceValues[0].Digest));
        await using KeyBrokerService broker = network.StartBroker("workshop", _log);
        await network.EndedAsync(task);

        TaskState state = network.State.Tasks[task];
        Assert.Equal((TaskOutcome.Failed, TaskReason.WithdrawnReference), (state.Outcome, state.Reason));
        Assert.Equal(DenyReason.MeasurementWithdrawn, Assert.Single(network.Applied<DenyEntry>(), deny => deny.Task == task).Reason);
        Assert.DoesNotContain(network.History, seen => seen.Result.Entry.Body is ReleaseEntry release && release.Task == task);
        Assert.Equal(0, network.State.Assets[app].Withheld);
    }

    [Fact]
    public async Task T_46_reference_added_after_submit_is_no_reference_for_that_task()
    {
        RunningNetwork network = await StartAsync();
        ReferenceValue reference = network.State.Genesis.ReferenceValues[0];
        AssetId app = await network.PublishAsync("lab", AssetKind.App, Samples.LogisticRegression, "", Samples.Policy("app"));
        AssetId data = await network.PublishAsync("hospital", AssetKind.Data, Samples.BreastCancer, "hospital-campus", Samples.Policy("data"));
        await GovernAsync(network, new GovernanceChange.WithdrawReference(reference.Digest));
        await network.UntilAsync(state => state.Terms.ReferenceValues.IsEmpty && state.WithdrawnReferences.Count == 0);
        TaskId early = await network.SubmitAsync(app, data, "table.csv");
        await GovernAsync(network, new GovernanceChange.AddReference(reference));
        await network.EndedAsync(early);
        Assert.Equal((TaskOutcome.Failed, TaskReason.Rejected), (network.State.Tasks[early].Outcome, network.State.Tasks[early].Reason));
        Assert.All(
            network.Applied<VerdictEntry>().Where(verdict => verdict.CaseId == early.Value),
            verdict => Assert.Contains((ulong)AttestationReason.Measurement, verdict.Reasons));

        // The executors lost their proofs with it and prove themselves again; then the same machine runs a task of the new terms.
        await network.UntilAsync(state => !state.Terms.ReferenceValues.IsEmpty && state.Nodes.Values.All(node => node.IsActive && node.KeyAt(state.Clock.Epoch) is not null
            && node.PausedUntilEpoch <= state.Clock.Epoch));
        TaskId late = await network.SubmitAsync(app, data, "table.csv");
        await network.EndedAsync(late);
        Assert.Equal(TaskOutcome.Completed, network.State.Tasks[late].Outcome);
    }

    public async ValueTask DisposeAsync()
    {
        if (_network is not null) await _network.DisposeAsync();
        _governance.Dispose();
        _carrier.Dispose();
        _log.Dispose();
    }

    private async Task<RunningNetwork> StartAsync() => _network = await RunningNetwork.StartAsync(_log, options => options with
    {
        Governance = new GovernanceKeys([_governance.PublicKey], 1),
        Times = times => times with { PauseEpochs = 1 },
    });

    // Two epochs ahead: the entry may take one to arrive.
    private async Task GovernAsync(RunningNetwork network, params GovernanceChange[] changes)
    {
        GovernEntry entry = GovernEntry.Sign(network.State.Network, network.State.Governance.Number + 1, network.State.Clock.Epoch + 2, [.. changes], _governance);
        CoseSign1 frame = EntrySigner.Sign(network.State.Network, _carrier, ++_sequence, entry);
        ApplyResult result = await network.AppendAsync(frame.Encoded.ToArray());
        Assert.Equal(RefusalReason.None, result.Refusal);
    }
}
