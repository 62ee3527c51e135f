using System.Security.Cryptography;
using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>
/// An owner's key broker: checks its policy and accepts or denies; after a quorum's approval appraises the evidence itself, seals the
/// content key to the enclave and releases it. Keys leave it only sealed to an approved enclave.
/// </summary>
public sealed class KeyBrokerService : LedgerService
{
    /// <summary>Ledger time may be ahead of the local clock by this much: 2 minutes.</summary>
    private const long ClockSkewMaxMilliseconds = 2 * 60 * 1000;

    /// <summary>While nothing is released, what has been seen of the ledger is written down this often.</summary>
    private const long RememberMilliseconds = 10_000;

    private readonly OwnerVault _vault;
    private readonly ReleaseJournal _journal;
    private readonly ReleaseClient _executors;
    private readonly CaseBook _book = new();
    private readonly ApprovalTimes _approvals = new();
    private readonly SeenLedger _seen;
    private long _ledgerMilliseconds;
    private long _rememberedMilliseconds;

    /// <summary>Makes a broker; <see cref="LedgerService.Start"/> starts it.</summary>
    public KeyBrokerService(string name, NodeContext context, Identity self, OwnerVault vault, ReleaseClient executors, string stateFolder)
        : base(name, context, self)
    {
        _vault = vault;
        _executors = executors;
        _journal = new ReleaseJournal(Path.Combine(stateFolder, "releases"));
        _seen = new SeenLedger(Path.Combine(stateFolder, "ledger-seen"));
    }

    private protected override void OnApplied(LedgerEntry entry, ApplyResult result)
    {
        if (result.Applied)
        {
            _book.Note(State, entry.Position, result);
            _approvals.Note(State, entry.TimeMilliseconds, result);
        }
        _ledgerMilliseconds = entry.TimeMilliseconds;
        if (_seen.Note(entry)) Alarm();
    }

    private protected override void FindDuties()
    {
        if (_seen.NoteEnd()) Alarm();
        if (NowMilliseconds - _rememberedMilliseconds >= RememberMilliseconds) Remember();
        foreach (TaskState task in State.OpenTasks)
        {
            foreach (AssetId id in NetworkState.ReleaseOrder(task).SelectMany(group => group))
            {
                AssetState asset = State.Assets[id];
                if (asset.Owner != Self.PublicKey) continue;
                if (task.Phase == TaskPhase.Accepting) Decide(task, asset);
                else if (task.Phase is TaskPhase.Releasing or TaskPhase.Running) Serve(task, asset);
            }
        }
    }

    private void Decide(TaskState task, AssetState asset)
    {
        if (asset.Entry.AssetKind == AssetKind.Arguments || task.Accepts.ContainsKey(asset.Id)) return;
        var duty = new DutyId("decide", task.Id.Value, asset.Position);
        // A rate that is used up may leave an accept in the next epoch, while the accept window is still open.
        if (IsBegun(duty) || !State.IsWithinAcceptRate(task, asset)) return;
        var facts = PolicyFacts.Of(State, task, asset.Id);
        bool rolledBack = _seen.IsRolledBack;
        StartDuty(duty, cancellation => PublishAsync(duty, rolledBack ? DenyRolledBack(task.Id, 0, asset) : Answer(task, asset, facts), cancellation));
    }

    // Runs beside the loop: of task and asset it reads only what never changes.
    private EntryBody Answer(TaskState task, AssetState asset, PolicyFacts facts)
    {
        PolicyDenial? denial = _vault.Policy(asset.Entry.Content) is { } policy && policy.Digest() == asset.Entry.PolicyDigest
            ? policy.Decide(task, facts)
            : new PolicyDenial(DenyReason.Stopped, "The policy that the asset was published with is no longer here.");
        if (denial is not null) return Deny(task.Id, 0, asset, denial.Reason, denial.Sentence);

        Log.LogInformation("{Service}: accepts {Task}", Name, task.Id.Value.ToShortString());
        var proof = new byte[Vrf.ProofSize];
        Self.VrfKey.Prove(AcceptEntry.Input(State.Network, task.Id), proof);
        return new AcceptEntry { Task = task.Id, Asset = asset.Id, VrfKey = Self.VrfKey.PublicKey, Proof = proof };
    }

    private void Serve(TaskState task, AssetState asset)
    {
        AttemptState attempt = task.Attempt!;
        bool released = attempt.Releases.TryGetValue(asset.Id, out Bytes32 digest);
        if (released) HandOver(task, attempt, asset, digest);
        else if (NetworkState.MayRelease(task, asset.Id)) Release(task, attempt, asset);
    }

    private void Release(TaskState task, AttemptState attempt, AssetState asset)
    {
        if (_book.Evidence(task.Id, attempt.Number) is not { } snapshot) return;
        var duty = new DutyId("release", task.Id.Value, attempt.Number, asset.Position);
        if (IsBegun(duty)) return;
        DenyEntry? denial = null;
        Remember();
        if (_seen.IsRolledBack) denial = DenyRolledBack(task.Id, attempt.Number, asset);
        else if (CheckTime(task, attempt) is { } reason) denial = Deny(task.Id, attempt.Number, asset, reason, "the approval is not of now");
        else if (!NetworkState.HasReleaseLeft(task, asset)) denial = Deny(task.Id, attempt.Number, asset, DenyReason.ReleaseBudget, "no release is left");
        else if (!State.Nodes[attempt.Executor].IsActive) denial = Deny(task.Id, attempt.Number, asset, DenyReason.OwnAppraisal, "the executor has been disqualified since");
        TaskId id = task.Id;
        int number = attempt.Number;
        NetworkTerms now = task.Terms.Without(State.WithdrawnReferences);
        StartDuty(duty, async cancellation =>
        {
            EntryBody entry = denial ?? SealKey(snapshot, now, id, number, asset);
            await PublishAsync(duty, entry, cancellation).ConfigureAwait(false);
        });
    }

    // The whole sequence of T accepts has been folded here, each over the state root of this very ledger: what is left to check
    // is time, and the evidence itself. That the last entry is old says only that the ledger was quiet; how old an approval may
    // be is what bounds a ledger that lags.
    private DenyReason? CheckTime(TaskState task, AttemptState attempt)
    {
        if (_ledgerMilliseconds - NowMilliseconds > ClockSkewMaxMilliseconds) return DenyReason.ClockSkew;
        return NowMilliseconds - _approvals.LedgerTimeOf(task.Id, attempt.Number) > task.Terms.Times.ReleaseMilliseconds ? DenyReason.ApprovalExpired : null;
    }

    private EntryBody SealKey(EvidenceSnapshot snapshot, NetworkTerms now, TaskId task, int attempt, AssetState asset)
    {
        if (_journal.Find(task, attempt, asset.Id) is { } earlier) return Released(task, attempt, asset, earlier);
        AppraisalFinding finding = EvidenceAppraisal.OfEnclave(snapshot, new NetworkPolicy(snapshot.Terms));
        if (!finding.Accepted) return Deny(task, attempt, asset, DenyReason.OwnAppraisal, finding.Result.ToString());
        // A reference value that was withdrawn after the evidence came: the approval stands, and no key is released on it.
        finding = EvidenceAppraisal.OfEnclave(snapshot, new NetworkPolicy(now));
        if (!finding.Accepted) return Deny(task, attempt, asset, DenyReason.MeasurementWithdrawn, finding.Result.ToString());
        if (HpkePublicKey.TryParse(snapshot.Evidence.HpkeKey.Span) is not { } enclave) return Deny(task, attempt, asset, DenyReason.OwnAppraisal, "the enclave's HPKE key is malformed");
        using ContentKey? key = _vault.Key(asset.Entry.Content);
        if (key is null) return Deny(task, attempt, asset, DenyReason.Stopped, "the content key is no longer here");

        byte[] context = ReleaseEntry.Context(snapshot.Network, task, attempt, asset.Id, snapshot.Evidence.Digest);
        Span<byte> clear = stackalloc byte[ContentKey.Size];
        try
        {
            key.DangerousExport(clear);
            CoseSign1 message = CoseSigner.Sign(Self.Key, context, Hpke.Seal(enclave, context, [], clear));
            return Released(task, attempt, asset, _journal.Add(task, attempt, asset.Id, message.Encoded.ToArray()));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    private ReleaseEntry Released(TaskId task, int attempt, AssetState asset, byte[] message)
    {
        Log.LogInformation("{Service}: releases the key of {Asset} to {Task}/{Attempt}", Name, asset.Id.Value.ToShortString(), task.Value.ToShortString(), attempt);
        return new ReleaseEntry { Task = task, Attempt = attempt, Asset = asset.Id, SealedKeyDigest = ReleaseEntry.DigestOf(message) };
    }

    // Only what the ledger shows is handed over, so that a release is never unseen.
    private void HandOver(TaskState task, AttemptState attempt, AssetState asset, Bytes32 digest)
    {
        TaskId id = task.Id;
        int number = attempt.Number;
        string endpoint = State.Nodes[attempt.Executor].Endpoint;
        EvidenceSnapshot? snapshot = _book.Evidence(id, number);
        NetworkTerms now = task.Terms.Without(State.WithdrawnReferences);
        StartDuty(new DutyId("hand-over", id.Value, number, asset.Position), async cancellation =>
        {
            byte[]? message = _journal.Find(id, number, asset.Id);
            if (message is null || ReleaseEntry.DigestOf(message) != digest)
            {
                Log.LogError("{Service}: the journal has no message for the release of {Asset} on the ledger; restore the broker's state folder", Name, asset.Id.Value.ToShortString());
                return;
            }
            // A withdrawal may have reached the ledger between the broker's look and its release.
            if (snapshot is null || !EvidenceAppraisal.OfEnclave(snapshot, new NetworkPolicy(now)).Accepted)
            {
                Log.LogWarning("{Service}: the measurement of {Task}/{Attempt} has been withdrawn; its key is not handed over", Name, id.Value.ToShortString(), number);
                return;
            }
            if (!await _executors.SendAsync(endpoint, id, number, asset.Id, message, cancellation).ConfigureAwait(false))
                Log.LogWarning("{Service}: the executor has no enclave for {Task}/{Attempt} any more", Name, id.Value.ToShortString(), number);
        });
    }

    private void Alarm() => Log.LogCritical(
        "{Service}: the ledger does not extend what was seen of it: entries were taken away or rewritten. Nothing is accepted or released. Find out who did it; "
        + "if it was restored on purpose, delete the file ledger-seen and start again", Name);

    private void Remember()
    {
        _seen.Remember();
        _rememberedMilliseconds = NowMilliseconds;
    }

    private DenyEntry DenyRolledBack(TaskId task, int attempt, AssetState asset) => Deny(task, attempt, asset, DenyReason.LedgerRolledBack, "the ledger does not extend what was seen of it");

    private DenyEntry Deny(TaskId task, int attempt, AssetState asset, DenyReason reason, string sentence)
    {
        Log.LogWarning("{Service}: deny/{Reason} for {Task}: {Sentence}", Name, reason.Code(), task.Value.ToShortString(), sentence);
        return new DenyEntry { Task = task, Asset = asset.Id, Reason = reason, Attempt = attempt };
    }
}
