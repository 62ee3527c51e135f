using System.Collections.Immutable;
using System.Globalization;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Checks receipt bundles offline and says at which level they hold (docs/protocol.md section 6.13).</summary>
/// <remarks>
/// Level 1: what the chip says. Level 2: also all signatures, VRF proofs and the arithmetic of votes, by folding the log again.
/// Level 3: also that this log is the one over which a checkpoint was signed that the auditor trusts. Pure: the same bundle and
/// the same trust give the same report for ever. Never throws for content.
/// </remarks>
public static class Auditor
{
    /// <summary>Checks a bundle's bytes.</summary>
    public static AuditReport Verify(ReadOnlySpan<byte> file, AuditorTrust trust)
    {
        ArgumentNullException.ThrowIfNull(trust);
        return ReceiptBundle.TryDecode(file, out ReceiptBundle? bundle) ? Verify(bundle, trust) : new AuditReport { Code = AuditCode.Malformed };
    }

    internal static AuditReport Verify(ReceiptBundle bundle, AuditorTrust trust)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> certificates = [];
        AuditReport report = Verify(bundle, trust, ref certificates);
        return report.Level > 0 ? LaterRevocations.Apply(report, trust.RevocationLists, certificates) : report;
    }

    private static AuditReport Verify(ReceiptBundle bundle, AuditorTrust trust, ref IReadOnlyList<ReadOnlyMemory<byte>> certificates)
    {
        NetworkId network = Genesis.IdOf(bundle.Genesis.Span);
        var report = new AuditReport { Code = AuditCode.Malformed, Network = network, Task = bundle.Task };

        // 1. The genesis, and whether its roots are ones that can be believed.
        if (trust.Network is { } expected && network != expected) return Fail(report, AuditCode.Genesis, $"the bundle is of network {network}");
        GenesisError error = Genesis.TryDecode(bundle.Genesis.Span, out Genesis? genesis);
        if (genesis is null) return Fail(report, AuditCode.Genesis, error.ToString());
        if (genesis.Development) report = report with { Flags = [AuditFlag.Development] };
        if (UnknownRoot(genesis.Roots, trust) is { } unknown)
            return Fail(report, AuditCode.UnknownRoot, unknown.PublicKeySha256.ToString());

        // 2. What the chip says.
        if (BundleTask.TryRead(bundle, network, out BundleTask? task) is { } wrong) return Fail(report, wrong.Code, wrong.Detail);
        report = report with { Executor = task!.Executor, Receipt = task.Receipt, AppraisedMilliseconds = bundle.Core.EvidenceMilliseconds };
        // The log shows what governance had changed by then; without one there is the genesis alone.
        TaskHistory? history = null;
        if (bundle.Log is { } entries)
        {
            history = new TaskHistory(genesis, bundle.Task);
            if (Refold(history, entries) is { } broken) return Fail(report, broken.Code, broken.Detail);
        }
        NetworkTerms terms = history?.TermsOf(task.Receipt.Attempt) ?? NetworkTerms.Of(genesis);
        if (UnknownRoot(terms.Roots, trust) is { } added) return Fail(report, AuditCode.UnknownRoot, added.PublicKeySha256.ToString());
        EvidenceFinding finding = trust.Appraiser(new EvidenceToAppraise(
            genesis, terms, bundle.Task, task.Executor, task.Tee, bundle.Core.Seed, task.Evidence, task.Offer, bundle.Core.OfferMilliseconds, bundle.Core.EvidenceMilliseconds));
        certificates = finding.Certificates;
        if (!finding.Accepted) return Fail(report, AuditCode.Evidence, string.Join(", ", finding.Reasons));
        if (history is null || bundle.Log is not { } log) return WithoutLog(report, bundle, genesis, trust);

        // 3. The log, folded again, leads to exactly this.
        if (history.ToCore() is not { } core || !core.IsSame(bundle.Core)) return Fail(report, history.HasOutsideVotes ? AuditCode.NotInSnapshot : AuditCode.DecisionMismatch, "its entries are not those on which the receipt stands");
        TaskState state = history.State.Tasks[bundle.Task];
        if (state.ReceiptPosition != log.Count - 1) return Fail(report, AuditCode.DecisionMismatch, "the log does not end with the receipt");
        if (state.WeakBeacon) report = report with { Flags = report.Flags.Add(AuditFlag.WeakBeacon) };
        if (state.Rescue) report = report with { Flags = report.Flags.Add(AuditFlag.Rescue) };
        report = report with { Shown = [Votes(state.Attempts[task.Receipt.Attempt - 1])] };

        // 4. The checkpoints: the bundle's own, then the auditor's.
        if (!TryOpenOwn(bundle, history, out Checkpoint? own)) return Fail(report, AuditCode.CheckpointMismatch, "the bundle's own checkpoint");
        if (Witnessed(ref report, bundle, genesis) is { } unwitnessed) return unwitnessed;
        return trust.Checkpoint is { } trusted ? Compare(report, trust, history, own, trusted) : Hold(report, AuditCode.Level2, trust);
    }

    // In a network with witnesses a checkpoint without their quorum is nobody's word but the ledger operator's.
    private static AuditReport? Witnessed(ref AuditReport report, ReceiptBundle bundle, Genesis genesis)
    {
        if (bundle.Checkpoint is not { } witnessed || genesis.Witnesses.Witnesses.IsEmpty) return null;
        (int cosigned, WitnessQuorum quorum) = Cosigned(genesis, witnessed);
        if (cosigned < quorum.Needed) return Fail(report, AuditCode.CheckpointMismatch, $"{cosigned} of the {quorum.Needed} witnesses that are needed have cosigned the bundle's own checkpoint");
        report = report with { Shown = report.Shown.Add($"Witnesses: {cosigned} of {quorum.Witnesses.Length} have cosigned the bundle's own checkpoint; {quorum.Needed} make it final.") };
        return null;
    }

    // What lies in a log says nothing of what else does: it stays level 1.
    private static AuditReport WithoutLog(AuditReport report, ReceiptBundle bundle, Genesis genesis, AuditorTrust trust)
    {
        if (bundle.Checkpoint is not { } note || bundle.Inclusion is not { } inclusion)
            return trust.Checkpoint is null ? Hold(report, AuditCode.Level1, trust) : Hold(report, AuditCode.Level1, trust, "The bundle has neither log nor proofs to hold against the checkpoint given.");
        var key = new VerifierKey(Checkpoint.OriginOf(genesis.NetworkId()), genesis.LedgerKey);
        if (!Checkpoint.TryOpen(note.Span, key, out SignedCheckpoint? own)) return Fail(report, AuditCode.CheckpointMismatch, "the bundle's own checkpoint");
        bool inOrder = inclusion[0].Position < inclusion[2].Position && inclusion[1].Position < inclusion[2].Position && inclusion[2].Position < inclusion[3].Position;
        if (!inOrder || !bundle.Core.Entries.Zip(inclusion).All(pair => pair.Second.Holds(pair.First, own.Checkpoint))) return Fail(report, AuditCode.CheckpointMismatch, "an entry is not proven to be in the log of the bundle's own checkpoint");
        if (Witnessed(ref report, bundle, genesis) is { } unwitnessed) return unwitnessed;
        string whose = "the bundle's own checkpoint";
        string? besides = null;
        if (trust.Checkpoint is { } given)
        {
            if (!Checkpoint.TryOpen(given.Span, key, out SignedCheckpoint? trusted)) return Fail(report, AuditCode.CheckpointMismatch, "the trusted checkpoint is not signed by this network's ledger");
            bool comparable = trusted.Checkpoint.Size == own.Checkpoint.Size;
            if (comparable && trusted.Checkpoint.Root != own.Checkpoint.Root) return Fail(report, AuditCode.CheckpointMismatch, Over(trusted.Checkpoint));
            if (comparable) whose = "the checkpoint that you trust";
            else besides = $"The checkpoint given is {Over(trusted.Checkpoint)}, that of the bundle {Over(own.Checkpoint)}: nothing ties the two. Export the bundle again with --checkpoint.";
        }
        report = report with { Shown = report.Shown.Add($"Inclusion: submission, offer, evidence and receipt are in the log over which {whose} was signed.") };
        return Hold(report, AuditCode.Level1, trust, besides);
    }

    private static AuditFailure? Refold(TaskHistory history, IReadOnlyList<BundleEntry> log)
    {
        NetworkId network = history.State.Network;
        PreparedEntry[] all = PagePreparation.Prepare(network, [.. log.Select(entry => entry.Bytes)], CancellationToken.None);
        try
        {
            int i = 0;
            foreach (PreparedEntry prepared in PagePreparation.Foreseen(history.State, all))
            {
                history.Add(log[i].TimeMilliseconds, log[i].Bytes.Span, prepared);
                i++;
            }
            return null;
        }
        catch (LedgerTimeException)
        {
            return new AuditFailure(AuditCode.DecisionMismatch, "its times go backwards");
        }
        catch (UpgradeNeededException)
        {
            return new AuditFailure(AuditCode.Genesis, "the log goes on under rules that this software does not know");
        }
    }

    private static PinnedRoot? UnknownRoot(ImmutableArray<PinnedRoot> roots, AuditorTrust trust) =>
        roots.FirstOrDefault(root => !root.Development && !trust.Roots.TryFind(root.PublicKeySha256, out _));

    // True when there is none, or when it is signed by the ledger and its tree begins with the log.
    private static bool TryOpenOwn(ReceiptBundle bundle, TaskHistory history, out Checkpoint? own)
    {
        own = null;
        if (bundle.Checkpoint is not { } note) return true;
        if (!Checkpoint.TryOpen(note.Span, KeyOf(history.State), out SignedCheckpoint? signed)) return false;
        own = signed.Checkpoint;
        return MerkleProofs.VerifyConsistency(history.Tree.Count, history.Tree.Root, own.Size, own.Root, bundle.Consistency);
    }

    private static AuditReport Compare(AuditReport report, AuditorTrust trust, TaskHistory history, Checkpoint? own, ReadOnlyMemory<byte> note)
    {
        if (!Checkpoint.TryOpen(note.Span, KeyOf(history.State), out SignedCheckpoint? signed)) return Fail(report, AuditCode.CheckpointMismatch, "the trusted checkpoint is not signed by this network's ledger");
        Checkpoint trusted = signed.Checkpoint;
        // What the log covers can be computed; beyond it only a checkpoint of the same size has been proven to continue it.
        if (trusted.Size <= history.Tree.Count && !history.Tree.Matches(trusted)) return Fail(report, AuditCode.CheckpointMismatch, Over(trusted));
        if (trusted.Size < history.Tree.Count) return Hold(report, AuditCode.Level2, trust, $"The trusted checkpoint is {Over(trusted)}, the log up to the receipt has {Number(history.Tree.Count)}: get a newer one.");
        if (trusted.Size == history.Tree.Count) return Hold(report, AuditCode.Level3, trust);
        // Who made a private history has no proof either: what cannot be tied to the trusted checkpoint is refused.
        if (own is null || own.Size != trusted.Size) return Fail(report, AuditCode.CheckpointMismatch, $"nothing in the bundle leads to the trusted checkpoint {Over(trusted)}; export it again with --checkpoint");
        return own.Root == trusted.Root ? Hold(report, AuditCode.Level3, trust) : Fail(report, AuditCode.CheckpointMismatch, Over(trusted));
    }

    private static (int Cosigned, WitnessQuorum Quorum) Cosigned(Genesis genesis, ReadOnlyMemory<byte> note)
    {
        WitnessQuorum quorum = ServedLedgerOptions.QuorumOf(genesis);
        return (SignedNote.TryParse(note.Span, out SignedNote? read) ? quorum.CountIn(read) : 0, quorum);
    }

    private static VerifierKey KeyOf(NetworkState state) => new(Checkpoint.OriginOf(state.Network), state.Genesis.LedgerKey);

    private static AuditReport Fail(AuditReport report, AuditCode code, string detail) => report with { Code = code, Detail = detail, Shown = [], NotShown = [] };

    private static AuditReport Hold(AuditReport report, AuditCode level, AuditorTrust trust, string? besides = null)
    {
        ImmutableArray<string> notShown = [.. AuditLimits.NotShown(level, trust.Network is not null)];
        if (besides is not null) notShown = notShown.Insert(0, besides);
        return report with { Code = level, Shown = [.. AuditLimits.Shown(level, trust.Network is not null), .. report.Shown], NotShown = notShown };
    }

    private static string Votes(AttemptState attempt)
    {
        Ballot ballot = attempt.Rounds.Last(round => round.Result == BallotResult.Accepted);
        return string.Create(CultureInfo.InvariantCulture, $"Votes: {ballot.AcceptsNeeded} accepts were needed and came first, in round {ballot.Round} of attempt {attempt.Number}; {ballot.Accepts} accepts and {ballot.Rejects} rejects are in the log.");
    }

    private static string Over(Checkpoint checkpoint) => $"over {Number(checkpoint.Size)} entries";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
