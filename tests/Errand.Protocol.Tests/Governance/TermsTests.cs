using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Terms change between cases and never under one.</summary>
public sealed class TermsTests
{
    private static readonly ReferenceValue Added = new(TeeKind.SevSnp, new byte[] { 0xA1, 0x00, 0x01 });

    [Fact]
    public void T_46_reference_added_after_submit_holds_for_later_tasks_only()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask before = network.MustSubmit();
        network.MustGovern(new GovernanceChange.AddReference(Added));
        TestTask sameEpoch = network.MustSubmit();
        network.NextEpoch();
        TestTask after = network.MustSubmit();
        Assert.DoesNotContain(before.State.Terms.ReferenceValues, value => value.Digest == Added.Digest);
        Assert.DoesNotContain(sameEpoch.State.Terms.ReferenceValues, value => value.Digest == Added.Digest);
        Assert.Contains(after.State.Terms.ReferenceValues, value => value.Digest == Added.Digest);
        Assert.Equal(TaskPhase.Ended, before.RunTo(TaskPhase.Ended).State.Phase);
    }

    [Fact]
    public void T_45_reference_withdrawn_between_quorum_and_release()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Releasing);
        TestTask accepting = network.MustSubmit();
        Bytes32 digest = network.State.Genesis.ReferenceValues[0].Digest;
        network.MustGovern(new GovernanceChange.WithdrawReference(digest));
        // At once: the broker sees it before the next epoch.
        Assert.Empty(task.State.Terms.Without(network.State.WithdrawnReferences).ReferenceValues);
        network.Must(network.AppOwner, new DenyEntry { Task = task.Id, Asset = task.App, Reason = DenyReason.MeasurementWithdrawn, Attempt = 1 });
        Assert.Equal("task:failed/withdrawn-reference", task.Outcome);
        Assert.Equal(0, network.State.Assets[task.App].Withheld);
        network.NextEpoch();
        Assert.Empty(network.State.Terms.ReferenceValues);
        // The withdrawal is kept as long as an open task's terms name what it withdraws, and no longer.
        Assert.Equal([digest], network.State.WithdrawnReferences);
        network.Refused("refused/governance-change", network.Ticker, network.Changes(new GovernanceChange.AddReference(network.State.Genesis.ReferenceValues[0])));
        network.Must(network.DataOwner, new DenyEntry { Task = accepting.Id, Asset = accepting.Data, Reason = DenyReason.Requester, Attempt = 0 });
        Assert.Empty(network.State.WithdrawnReferences);
        network.MustGovernAndWait(new GovernanceChange.AddReference(network.State.Genesis.ReferenceValues[0]));
        Assert.Single(network.State.Terms.ReferenceValues);
    }

    [Fact]
    public void An_owner_cannot_call_its_silence_a_withdrawal()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Releasing);
        network.Must(network.AppOwner, new DenyEntry { Task = task.Id, Asset = task.App, Reason = DenyReason.MeasurementWithdrawn, Attempt = 1 });
        Assert.Equal("task:failed/owner-withheld", task.Outcome);
        Assert.Equal(1, network.State.Assets[task.App].Withheld);
    }

    [Fact]
    public void A_task_keeps_windows_and_thresholds_of_its_epoch()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit();
        network.MustGovern(
            new GovernanceChange.SetCommittee(network.State.Genesis.Committee with { Size = 5, Rounds = 1, Attempts = 1 }),
            new GovernanceChange.SetTimes(network.Times with { ReleaseMilliseconds = 1_000, EvidenceMilliseconds = 120_000 }));
        network.NextEpoch();
        task.RunTo(TaskPhase.Releasing);
        Assert.Equal(7, task.State.Attempt!.Current!.AcceptsNeeded);
        Assert.Equal(network.Now + network.Times.ReleaseMilliseconds, task.State.PhaseDueMilliseconds);
        TestTask later = network.MustSubmit().RunTo(TaskPhase.Attesting);
        Assert.Equal(later.State.Steps[^1].AtMilliseconds + 120_000, later.State.PhaseDueMilliseconds);
        network.Must(later.Executor, later.Evidence(1));
        Assert.Equal(4, later.State.Attempt!.Current!.AcceptsNeeded);
    }

    [Fact]
    public void T_72_rules_upgrade_stops_software_that_does_not_know_them_and_only_that()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        network.MustSubmit().RunTo(TaskPhase.Ended);
        network.MustGovern(new GovernanceChange.Upgrade(2));
        long boundary = network.Boundary(network.State.Clock.Epoch + 1);
        string before = network.State.Root().ToString();
        byte[] tick = network.Sign(network.Ticker, new TickEntry());
        Assert.Throws<UpgradeNeededException>(() => network.State.Apply(boundary, tick));
        // It stopped before it changed anything, and stays stopped.
        Assert.Equal(before, network.State.Root().ToString());
        Assert.Throws<UpgradeNeededException>(() => network.State.Apply(boundary, tick));
        Assert.Equal(RefusalReason.NothingDue, network.State.Apply(boundary - 1, tick).Refusal);

        // Software that knows the rules replays the history to the same root and goes on; entries of the old rules are refused from there.
        var later = new NetworkState(network.State.Genesis, knownRulesVersion: 2);
        foreach (TestRecord record in network.History) later.Apply(record.Milliseconds, record.Bytes);
        Assert.Equal(before, later.Root().ToString());
        Assert.Equal(RefusalReason.NothingDue, later.Apply(boundary - 1, tick).Refusal);
        Assert.Equal(RefusalReason.RulesVersion, later.Apply(boundary, tick).Refusal);
        Assert.Equal(2, later.Terms.RulesVersion);
    }

    [Fact]
    public void T_72_entry_of_another_rules_version_is_refused_whatever_else_is_wrong_with_it()
    {
        var network = new TestNetwork();
        byte[] payload = EntrySigner.Payload(1, new TickEntry());
        Assert.Equal([0xA4, 0x00, 0x01, 0x01, (byte)EntryKind.Tick], payload[..5]);
        foreach ((byte version, byte kind) in new (byte, byte)[] { (2, 14), (0, 14), (2, 0x17) })
        {
            payload[2] = version;
            payload[4] = kind;
            Assert.Equal(RefusalReason.RulesVersion, network.Append(network.Frame(network.Ticker, payload)).Refusal);
        }
        payload[2] = 1;
        PreparedEntry known = PreparedEntry.PrepareKnowing(2, network.Network, network.Frame(network.Ticker, payload));
        Assert.Equal(RefusalReason.UnknownKind, known.Refusal);
        Assert.Equal(RefusalReason.UnknownKind, known.RefusalUnder(1));
        Assert.Equal(RefusalReason.RulesVersion, known.RefusalUnder(2));
    }

    [Fact]
    public void Terms_that_nothing_uses_leave_the_state()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        string before = network.State.Root().ToString();
        for (int i = 0; i < 20; i++)
            network.MustGovernAndWait(new GovernanceChange.SetAdmission(network.State.Genesis.Admission with { NodesMax = 5 + i }));
        Assert.Equal(20, network.State.Terms.Number);
        Assert.Equal(1, network.State.TermsKept);
        TestTask task = network.MustSubmit();
        network.MustGovernAndWait(new GovernanceChange.SetAdmission(network.State.Genesis.Admission));
        Assert.Equal(2, network.State.TermsKept);
        network.Must(network.DataOwner, new DenyEntry { Task = task.Id, Asset = task.Data, Reason = DenyReason.Requester, Attempt = 0 });
        Assert.Equal(1, network.State.TermsKept);
        Assert.NotEqual(before, network.State.Root().ToString());
        Assert.Equal(network.State.Root().ToString(), network.Replay().Root().ToString());
    }

    [Fact]
    public void T_90_denied_tpm_is_in_the_terms_of_later_cases()
    {
        byte[] tuple = [0xA1, 0x00, 0x01];
        var network = new TestNetwork(change: genesis => genesis with { DeniedTpms = [new byte[] { 0xA1, 0x00, 0x02 }] });
        Assert.Single(network.State.Terms.DeniedTpms);
        network.MustGovernAndWait(new GovernanceChange.DenyTpm(tuple));
        Assert.Equal(2, network.State.Terms.DeniedTpms.Length);
        network.Refused("refused/governance-change", network.Ticker, network.Changes(new GovernanceChange.DenyTpm(tuple)));
        network.MustGovernAndWait(new GovernanceChange.AllowTpm(tuple));
        Assert.Single(network.State.Terms.DeniedTpms);
    }
}
