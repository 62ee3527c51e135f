using System.Collections.Immutable;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Faults: an honest verifier holds what others sign against what it finds itself; liars accuse, and come back.</summary>
internal sealed partial class VerifierActor
{
    private const long TurnMilliseconds = 2_000;
    private const int FalseAccusationsMax = 12;
    private const long FalseAccusationMilliseconds = 20_000;

    private readonly List<(PublicKey Signer, VerdictEntry Verdict, ReadOnlyMemory<byte> Frame)> _seen = [];
    private readonly List<(long At, FaultCharge Charge, JudgedEvidence? Evidence, SortedDictionary<PublicKey, ReadOnlyMemory<byte>> Frames, ReadOnlyMemory<byte> Other)> _suspicions = [];
    private readonly Dictionary<Bytes32, FaultEntry> _accusations = [];
    private int _falseAccusations;

    public override void OnApplied(LedgerRecord record, ApplyResult result)
    {
        if (result.Applied && record.Prepared.Body is FaultEntry fault) _accusations[record.Prepared.Id.Value] = fault;
        if (record.Prepared.Body is VerdictEntry verdict && record.Prepared.Signer != Id && State.Nodes.ContainsKey(record.Prepared.Signer)) Compare(record.Prepared.Signer, verdict, record.Bytes, result.Applied);
    }

    private void Compare(PublicKey signer, VerdictEntry verdict, ReadOnlyMemory<byte> frame, bool applied)
    {
        int earlier = _seen.FindIndex(seen => seen.Signer == signer && Exhibit.Contradict(seen.Verdict, verdict));
        if (earlier >= 0 && !_suspicions.Exists(known => known.Charge == FaultCharge.DoubleVote && known.Frames.ContainsKey(signer))) Suspect(FaultCharge.DoubleVote, null, signer, _seen[earlier].Frame, frame);
        if (!applied) return;
        _seen.Add((signer, verdict, frame));
        if (verdict.Role == CommitteeRole.Fault || Follower.Book.Of(verdict) is not { } evidence) return;
        if (verdict.Accept != evidence.Passes())
        {
            bool together = verdict.Role == CommitteeRole.Task || verdict.Accept;
            int known = together ? _suspicions.FindIndex(other => other.Charge == FaultCharge.WrongFinding && other.Evidence == evidence) : -1;
            if (known >= 0) _suspicions[known].Frames.TryAdd(signer, frame);
            else Suspect(FaultCharge.WrongFinding, evidence, signer, frame, default);
        }
        else if (!evidence.IsDigestRight(verdict, State.Nodes[signer].Operator)) Suspect(FaultCharge.AppraisalDigest, evidence, signer, frame, default);
    }

    // Verifiers take turns, so that one accusation is usually enough.
    private void Suspect(FaultCharge charge, JudgedEvidence? evidence, PublicKey signer, ReadOnlyMemory<byte> frame, ReadOnlyMemory<byte> other) =>
        _suspicions.Add((Now + turn * TurnMilliseconds, charge, evidence, new SortedDictionary<PublicKey, ReadOnlyMemory<byte>> { [signer] = frame }, other));

    private void Accuse()
    {
        foreach ((long at, FaultCharge charge, JudgedEvidence? evidence, SortedDictionary<PublicKey, ReadOnlyMemory<byte>> frames, ReadOnlyMemory<byte> other) in _suspicions)
        {
            ReadOnlyMemory<byte>[] left = [.. frames.Where(frame => !State.Nodes[frame.Key].IsBanned).Select(frame => frame.Value)];
            if (Now < at || left.Length == 0) continue;
            FaultEntry fault = charge == FaultCharge.DoubleVote
                ? new FaultEntry { Charge = charge, Exhibits = [left[0], other] }
                : new FaultEntry { Charge = charge, Exhibits = [.. left], Node = evidence!.Node, EvidencePosition = evidence.Position };
            if (State.CheckMayAccuse(Id, fault) == RefusalReason.None && CanBeUpheld(fault)) Publish($"accuse {charge} {frames.Keys.First()} {left.Length} {evidence?.Position}", fault);
        }
    }

    private bool CanBeUpheld(FaultEntry fault)
    {
        long weight = State.Clock.Weight;
        return fault.Charge == FaultCharge.DoubleVote || weight - fault.Exhibits.Length >= Lottery.AcceptThreshold(Lottery.Seats(weight, World.Plan.CommitteeSize));
    }

    private void JudgeFault(FaultCase fault)
    {
        if (fault.Current is not { } ballot || !MayVote(fault.SnapshotEpoch) || !_accusations.TryGetValue(fault.Entry.Value, out FaultEntry? filed)) return;
        bool interested = fault.Accused.Append(fault.Node).Any(id => State.Nodes[id].Operator == Operator);
        if (IsHonest && (interested || ballot.Votes.ContainsKey(Id))) return;
        IReadOnlyList<ulong> reasons = Finding(filed) is var dismissal && dismissal == FaultDismissal.None ? [] : [(ulong)dismissal];
        Vote(CommitteeRole.Fault, fault.Entry.Value, fault.Randomness!.Value, 1, ballot, fault.Claim, fault.EvidenceRoot, fault.Weight, fault.Terms.Committee.Size, reasons);
    }

    // docs/protocol.md section 6.15, what members find; nothing here is too old, and nodes always answer.
    private FaultDismissal Finding(FaultEntry fault)
    {
        VerdictEntry verdict = Exhibit.TryRead(World.Network, ProtocolLimits.RulesVersion, fault.Exhibits[0].Span)!.Verdict;
        if (Follower.Book.At(fault.EvidencePosition!.Value) is not { } evidence || !evidence.IsOf(verdict) || evidence.Node != fault.Node) return FaultDismissal.UnknownCase;
        if (fault.Charge == FaultCharge.WrongFinding) return verdict.Accept == evidence.Passes() ? FaultDismissal.FindingRight : FaultDismissal.None;
        PublicKey signer = Exhibit.TryRead(World.Network, ProtocolLimits.RulesVersion, fault.Exhibits[0].Span)!.Signer;
        return evidence.IsDigestRight(verdict, State.Nodes[signer].Operator) ? FaultDismissal.DigestRight : FaultDismissal.None;
    }

    private void AccuseFalsely()
    {
        if (_seen.Count == 0 || _falseAccusations >= FalseAccusationsMax) return;
        // Over several epochs, so that it tries again while its first is judged and in the pause after it.
        Once($"accuse falsely {Now / FalseAccusationMilliseconds}", () =>
        {
            (PublicKey signer, VerdictEntry verdict, ReadOnlyMemory<byte> frame) = Chance.Pick(_seen);
            if (Follower.Book.Of(verdict) is not { } evidence) return;
            _falseAccusations++;
            ReadOnlyMemory<byte> forged = Forge(signer, Opposite(verdict));
            FaultEntry fault = new() { Charge = FaultCharge.WrongFinding, Exhibits = [frame], Node = evidence.Node, EvidencePosition = evidence.Position };
            Send(Chance.Below(6) switch
            {
                0 => fault,
                1 => fault with { Charge = FaultCharge.AppraisalDigest },
                2 => fault with { EvidencePosition = evidence.Position - 1 },
                3 => fault with { Exhibits = [forged] },
                4 => new FaultEntry { Charge = FaultCharge.DoubleVote, Exhibits = [frame, forged] },
                _ => new FaultEntry { Charge = FaultCharge.DoubleVote, Exhibits = [frame, frame] },
            });
        });
    }

    private ReadOnlyMemory<byte> Forge(PublicKey signer, VerdictEntry verdict) =>
        CoseSign1.Assemble(signer, EntrySigner.Payload(1, verdict), Keys.Digest("signature").Concat(Keys.Digest("signature")).ToArray()).Encoded;

    // A banned liar tries again under its operator: as the same node, and as another.
    private void ComeBack() => Try("come back", () =>
    {
        Identity again = Identity.Of($"{Name} again");
        foreach (Identity node in (Identity[])[Keys, again])
        {
            var vouch = new byte[ProtocolSizes.Signature];
            GenesisMaker.Operator(Name).Key.Sign(RegisterEntry.VouchMessage(World.Network, node.Id, NodeRoles.Verifier), vouch);
            var entry = new RegisterEntry
            {
                Roles = NodeRoles.Verifier, VrfKey = node.Vrf.PublicKey, VrfPossession = node.Prove(RegisterEntry.PossessionInput(World.Network, node.Id)), Operator = GenesisMaker.Operator(Name).Id,
                Vouch = vouch, Endpoint = "", Site = "", Jurisdiction = "", Tee = TeeKind.None,
            };
            SendBytes(EntrySigner.Sign(World.Network, node.Key, Math.Max(State.LastSequence(node.Id) + 1, (ulong)Now * 1000), entry).Encoded);
        }
    });
}
