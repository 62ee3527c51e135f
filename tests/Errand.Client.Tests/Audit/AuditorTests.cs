using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Client.Tests;

public sealed class AuditorTests
{
    private static readonly Lazy<AuditCase> Shared = new(() => new AuditCase());

    [Fact]
    public void T_104_bundle_without_log_is_level_1_and_says_what_it_does_not_show()
    {
        AuditCase audit = Shared.Value;
        AuditReport report = audit.Verify(audit.Export(withLog: false));
        Assert.Equal("audit/level-1", report.Code.Code());
        Assert.Equal(1, report.Level);
        Assert.Contains(report.NotShown, sentence => sentence.Contains("votes", StringComparison.Ordinal));
        Assert.Contains(report.NotShown, sentence => sentence.Contains("private one", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Shown, sentence => sentence.Contains("VRF", StringComparison.Ordinal));
    }

    [Fact]
    public void Bundle_with_log_is_level_2()
    {
        AuditCase audit = Shared.Value;
        AuditReport report = audit.Verify(audit.Export());
        Assert.Equal("audit/level-2", report.Code.Code());
        Assert.Contains(report.Shown, sentence => sentence.StartsWith("Votes: 7 accepts were needed and came first, in round 1 of attempt 1", StringComparison.Ordinal));
        Assert.Equal((audit.Task.Id, audit.Net.Network), (report.Task!.Value, report.Network!.Value));
        Assert.Equal(OutcomeCode.Ok, report.Receipt!.Outcome);
        Assert.NotEmpty(report.NotShown);
    }

    [Fact]
    public void Trusted_checkpoint_at_the_receipt_or_later_makes_level_3()
    {
        AuditCase audit = Shared.Value;
        byte[] exact = audit.Checkpoint(audit.ReceiptPosition + 1);
        Assert.Equal("audit/level-3", audit.Verify(audit.Export(), exact).Code.Code());

        audit = new AuditCase(run: (net, task) =>
        {
            task.RunTo(TaskPhase.Ended);
            for (int i = 0; i < 5; i++) net.NextEpoch();
        });
        byte[] later = audit.Checkpoint(audit.Net.History.Count);
        AuditReport report = audit.Verify(audit.Export(checkpoint: later), later, audit.Net.Network);
        Assert.Equal("audit/level-3", report.Code.Code());
        Assert.DoesNotContain(report.NotShown, sentence => sentence.Contains("private", StringComparison.Ordinal) || sentence.Contains("--network-id", StringComparison.Ordinal));
    }

    [Fact]
    public void Checkpoint_that_does_not_cover_the_receipt_is_no_level_3_and_the_report_says_why()
    {
        AuditCase audit = new(run: (net, task) =>
        {
            task.RunTo(TaskPhase.Ended);
            net.NextEpoch();
        });
        AuditReport old = audit.Verify(audit.Export(), audit.Checkpoint(audit.ReceiptPosition));
        Assert.Equal("audit/level-2", old.Code.Code());
        Assert.Contains("get a newer one", old.NotShown[0], StringComparison.Ordinal);

        AuditReport unproven = audit.Verify(audit.Export(), audit.Checkpoint(audit.Net.History.Count));
        Assert.Equal("audit/checkpoint-mismatch", unproven.Code.Code());
        Assert.Contains("export it again", unproven.Detail, StringComparison.Ordinal);

        AuditReport nothing = audit.Verify(audit.Export(withLog: false), audit.Checkpoint(audit.Net.History.Count));
        Assert.Equal("audit/level-1", nothing.Code.Code());
        Assert.Contains("neither log nor proofs", nothing.NotShown[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Short_bundle_proves_that_its_entries_are_in_the_log_of_a_checkpoint()
    {
        AuditCase audit = new(run: (net, task) =>
        {
            task.RunTo(TaskPhase.Ended);
            net.NextEpoch();
        });
        byte[] note = audit.Checkpoint(audit.Net.History.Count), exact = audit.Checkpoint(audit.ReceiptPosition + 1);
        byte[] bundle = audit.Export(withLog: false, checkpoint: note);
        AuditReport alone = audit.Verify(bundle), trusted = audit.Verify(bundle, note), other = audit.Verify(bundle, exact);
        Assert.Equal(["audit/level-1", "audit/level-1", "audit/level-1"], new[] { alone, trusted, other }.Select(report => report.Code.Code()));
        Assert.Contains(alone.Shown, line => line.StartsWith("Inclusion:", StringComparison.Ordinal) && line.Contains("bundle's own checkpoint", StringComparison.Ordinal));
        Assert.Contains(trusted.Shown, line => line.StartsWith("Inclusion:", StringComparison.Ordinal) && line.Contains("checkpoint that you trust", StringComparison.Ordinal));
        Assert.Contains("nothing ties the two", other.NotShown[0], StringComparison.Ordinal);

        // Another history of the same length is told apart, and so is a proof with any part changed.
        string origin = Errand.Ledger.Checkpoint.OriginOf(audit.Net.Network);
        byte[] forked = new Errand.Ledger.Checkpoint(origin, audit.Net.History.Count, default).Sign(new Errand.Ledger.NoteSigner(origin, audit.Net.Ledger.Key)).Note.ToBytes();
        Assert.Equal("audit/checkpoint-mismatch", audit.Verify(bundle, forked).Code.Code());
        ReceiptBundle read = audit.Bundle(withLog: false, checkpoint: note);
        for (int i = 0; i < BundleCore.EntriesCount; i++)
        {
            BundleInclusion good = read.Inclusion![i];
            foreach (BundleInclusion bad in (BundleInclusion[])
            [
                good with { Position = good.Position + 1 }, good with { TimeMilliseconds = good.TimeMilliseconds + 1 }, good with { Path = [.. good.Path.Skip(1)] },
                good with { Path = [.. good.Path, good.Path[0]] }, good with { Path = [good.Path[1], good.Path[0], .. good.Path.Skip(2)] }, good with { Position = audit.Net.History.Count },
            ])
                Assert.Equal("audit/checkpoint-mismatch", audit.Verify(read with { Inclusion = [.. read.Inclusion.Select((one, at) => at == i ? bad : one)] }).Code.Code());
        }
    }

    [Fact]
    public void T_105_private_chain_is_level_2_and_refused_beside_the_real_checkpoint()
    {
        // The same keys and genesis, and two histories: who holds all keys can make both.
        AuditCase real = new(before: net => net.NextEpoch());
        AuditCase priv = new();
        Assert.Equal(real.Net.Network, priv.Net.Network);
        byte[] bundle = priv.Export(checkpoint: priv.Checkpoint(priv.ReceiptPosition + 1));
        Assert.Equal("audit/level-2", priv.Verify(bundle).Code.Code());
        Assert.Equal("audit/checkpoint-mismatch", priv.Verify(bundle, real.Checkpoint(real.Net.History.Count - 1)).Code.Code());
        Assert.Equal("audit/checkpoint-mismatch", priv.Verify(bundle, real.Checkpoint(priv.ReceiptPosition + 1)).Code.Code());
    }

    [Fact]
    public void Reject_that_did_not_decide_cannot_be_left_out_beside_a_checkpoint()
    {
        AuditCase audit = new(run: (net, task) =>
        {
            task.RunTo(TaskPhase.Verifying);
            net.Must(net.Verifiers[0], net.TaskVerdict(net.Verifiers[0], task.State, accept: false));
            foreach (TestActor verifier in net.Verifiers.Skip(1).TakeWhile(_ => task.State.Phase == TaskPhase.Verifying)) net.Must(verifier, net.TaskVerdict(verifier, task.State, accept: true));
            task.RunTo(TaskPhase.Ended);
        });
        ReceiptBundle bundle = audit.Bundle();
        AuditReport whole = audit.Verify(bundle);
        Assert.Contains(whole.Shown, sentence => sentence.Contains("and 1 rejects are in the log", StringComparison.Ordinal));

        int reject = audit.Net.History.FindIndex(record => PreparedEntry.Prepare(audit.Net.Network, record.Bytes).Body is VerdictEntry { Accept: false });
        BundleEntry[] without = [.. bundle.Log!.Where((_, i) => i != reject)];
        // A vote that did not decide can be left out of a history of one's own; a checkpoint tells.
        AuditReport beside = audit.Verify(bundle with { Log = without }, audit.Checkpoint(audit.ReceiptPosition + 1));
        Assert.Equal("audit/checkpoint-mismatch", beside.Code.Code());
    }

    [Fact]
    public void Vote_that_decided_cannot_be_left_out()
    {
        AuditCase audit = Shared.Value;
        ReceiptBundle bundle = audit.Bundle();
        foreach (int position in Positions<VerdictEntry>(audit, verdict => verdict.Role == CommitteeRole.Task).Take(7))
            Assert.Equal("audit/decision-mismatch", audit.Verify(bundle with { Log = [.. bundle.Log!.Where((_, i) => i != position)] }).Code.Code());
    }

    [Fact]
    public void T_106_sold_keys_of_a_retired_verifier_are_not_in_the_snapshot()
    {
        // A verifier leaves; who bought its keys votes in place of one that did not accept.
        TestActor sold = null!;
        AuditCase audit = new(
            before: net =>
            {
                sold = net.Node("sold", net.SpareOperators[0], NodeRoles.Verifier);
                net.Admit(sold);
                net.Must(sold, new RetireEntry());
                net.NextEpoch();
            });
        ReceiptBundle bundle = audit.Bundle();
        Assert.Equal("audit/level-2", audit.Verify(bundle).Code.Code());
        int vote = Positions<VerdictEntry>(audit, verdict => verdict.Role == CommitteeRole.Task).First();
        var copied = (VerdictEntry)PreparedEntry.Prepare(audit.Net.Network, audit.Net.History[vote].Bytes).Body!;
        byte[] bought = audit.Net.Sign(sold, copied with { Proof = sold.Prove([1]) });
        BundleEntry[] log = [.. bundle.Log!.Select((entry, i) => i == vote ? entry with { Bytes = bought } : entry)];
        AuditReport report = audit.Verify(bundle with { Log = log });
        Assert.Equal("audit/not-in-snapshot", report.Code.Code());
        // The same log without any vote in its place is the mismatch that it always was.
        Assert.Equal("audit/decision-mismatch", audit.Verify(bundle with { Log = [.. bundle.Log!.Where((_, i) => i != vote)] }).Code.Code());
    }

    [Fact]
    public void T_107_rejects_that_came_first_cannot_be_left_out()
    {
        // Attempt 1 is rejected, attempt 2 completes. Without the rejects no receipt of attempt 2 can be reached.
        AuditCase audit = new(run: (_, task) =>
        {
            task.RunTo(TaskPhase.Verifying).Judge(accept: false);
            task.RunTo(TaskPhase.Ended);
        });
        Assert.Equal(2, audit.Task.State.Attempts.Count);
        ReceiptBundle bundle = audit.Bundle();
        Assert.Equal("audit/level-2", audit.Verify(bundle).Code.Code());
        var rejects = Positions<VerdictEntry>(audit, verdict => !verdict.Accept).ToHashSet();
        Assert.Equal("audit/decision-mismatch", audit.Verify(bundle with { Log = [.. bundle.Log!.Where((_, i) => !rejects.Contains(i))] }).Code.Code());
    }

    [Fact]
    public void T_109_flags_come_first_and_say_development_and_weak_beacon()
    {
        AuditCase audit = new(run: (net, task) =>
        {
            task.RunTo(TaskPhase.Drawing);
            while (task.State.Phase == TaskPhase.Drawing) net.AdvanceTo(net.State.NextDueMilliseconds, tickets: false);
            task.RunTo(TaskPhase.Ended);
        });
        Assert.True(audit.Task.State.WeakBeacon);
        Assert.Equal([AuditFlag.Development, AuditFlag.WeakBeacon], audit.Verify(audit.Export()).Flags);
        Assert.Equal([AuditFlag.Development], Shared.Value.Verify(Shared.Value.Export()).Flags);
    }

    [Fact]
    public void Evidence_is_appraised_with_what_the_log_holds_and_its_rejection_is_final()
    {
        AuditCase audit = new() { Finding = new EvidenceFinding(false, ["reject/measurement"]) };
        AuditReport report = audit.Verify(audit.Export());
        Assert.Equal(("audit/evidence", "reject/measurement"), (report.Code.Code(), report.Detail));
        Assert.Empty(report.Shown);
        EvidenceToAppraise asked = Assert.Single(audit.Asked);
        Assert.Equal(audit.Task.State.Seed, asked.Seed);
        Assert.Equal(audit.Task.State.Attempt!.Executor, asked.Executor);
        Assert.Equal(audit.Task.State.Attempt.EvidenceDigest, asked.Evidence.Digest);
        Assert.Equal(audit.Net.State.Nodes[asked.Executor].ChipId, asked.Offer.ChipId);
        Assert.Equal(audit.Task.State.Steps.Single(step => step.Phase == TaskPhase.Verifying).AtMilliseconds, asked.EvidenceMilliseconds);
    }

    [Fact]
    public void Another_network_and_unknown_roots_are_refused()
    {
        AuditCase audit = Shared.Value;
        Assert.Equal("audit/genesis", audit.Verify(audit.Export(), network: new NetworkId(default)).Code.Code());
        ReceiptBundle bundle = audit.Bundle(withLog: false);
        Genesis genesis = audit.Net.State.Genesis;
        Genesis vendor = genesis with { Roots = [.. genesis.Roots, new PinnedRoot(1, Development: false, new Bytes32(new byte[32]))] };
        Assert.Equal("audit/unknown-root", audit.Verify(bundle with { Genesis = vendor.Encode() }).Code.Code());
        Assert.Equal("audit/genesis", audit.Verify(bundle with { Genesis = new byte[] { 0xA0 } }).Code.Code());
    }

    [Fact]
    public void Parts_of_another_task_or_attempt_are_refused()
    {
        AuditCase audit = Shared.Value;
        AuditCase other = new(before: net => net.NextEpoch());
        BundleCore mine = audit.Bundle(withLog: false).Core, theirs = other.Bundle(withLog: false).Core;
        ReceiptBundle bundle = audit.Bundle(withLog: false);
        Assert.Equal("audit/task-mismatch", audit.Verify(bundle with { Core = mine with { Submit = theirs.Submit } }).Code.Code());
        Assert.Equal("audit/task-mismatch", audit.Verify(bundle with { Core = mine with { Evidence = theirs.Evidence } }).Code.Code());
        Assert.Equal("audit/task-mismatch", audit.Verify(bundle with { Core = mine with { Receipt = theirs.Receipt } }).Code.Code());
        Assert.Equal("audit/task-mismatch", audit.Verify(bundle with { Task = other.Task.Id }).Code.Code());
        Assert.Equal("audit/entry", audit.Verify(bundle with { Core = mine with { Offer = mine.Submit } }).Code.Code());
        Assert.Equal("audit/entry", audit.Verify(bundle with { Core = mine with { Evidence = new byte[] { 1 } } }).Code.Code());
    }

    [Fact]
    public void Receipt_of_a_foreign_key_or_about_other_evidence_is_refused()
    {
        AuditCase audit = Shared.Value;
        ReceiptBundle bundle = audit.Bundle(withLog: false);
        var receipt = new Receipt { Task = audit.Task.Id, Attempt = 1, EvidenceDigest = default, Result = default, ResultSizeBytes = 1, Outcome = OutcomeCode.Ok };
        TestActor executor = audit.Task.Executor;
        Assert.Equal("audit/receipt", audit.Verify(bundle with { Core = bundle.Core with { Receipt = Signed(executor.Key, receipt) } }).Code.Code());
        using SigningKey right = audit.Task.ReceiptKey(1);
        Assert.Equal("audit/receipt", audit.Verify(bundle with { Core = bundle.Core with { Receipt = Signed(right, receipt) } }).Code.Code());

        byte[] Signed(SigningKey key, Receipt said) => audit.Net.Sign(executor, new ReceiptEntry
        {
            Task = audit.Task.Id,
            Attempt = 1,
            Receipt = CoseSigner.Sign(key, Receipt.Context(audit.Net.Network), said.Encode()).Encoded,
            InlineResult = default,
        });
    }

    private static IEnumerable<int> Positions<T>(AuditCase audit, Func<T, bool> which)
        where T : EntryBody =>
        Enumerable.Range(0, audit.Net.History.Count).Where(i => audit.Net.History[i].Refusal == RefusalReason.None && PreparedEntry.Prepare(audit.Net.Network, audit.Net.History[i].Bytes).Body is T body && which(body));
}
