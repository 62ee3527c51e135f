using Errand.Attestation;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>What a verifier notices of what others sign.</summary>
public sealed class FaultWatchTests
{
    private static readonly byte[] Claims = [0xA0];
    private static readonly CaseKey Task = new(CommitteeRole.Task, Id(1), 1);
    private static readonly CaseKey Trust = new(CommitteeRole.ProofOfTrust, Id(2), 1);
    private readonly FaultWatch _watch = new();
    private readonly VrfKey _vrf = VrfKey.FromSeed(new byte[32]);

    [Fact]
    public void A_contradiction_is_seen_once_for_each_verifier()
    {
        SeenVerdict accept = Verdict(Task, 1, accept: true), reject = Verdict(Task, 1, accept: false);
        _watch.Note(accept, applied: true);
        _watch.Note(Verdict(Task, 2, accept: false), applied: true);
        _watch.Note(accept, applied: false);
        Assert.Empty(_watch.Look());
        _watch.Note(reject, applied: false);
        _watch.Note(reject with { Frame = new byte[] { 9 } }, applied: false);
        Suspicion suspicion = Assert.Single(_watch.Look());
        Assert.Equal((FaultCharge.DoubleVote, 1), (suspicion.Charge, suspicion.Count));
        Assert.True(suspicion.IsOf(accept.Signer));
        _watch.Drop(suspicion);
        Assert.Empty(_watch.Look());
    }

    [Fact]
    public void Verdicts_that_did_not_count_fill_no_memory()
    {
        SeenVerdict reject = Verdict(Task, 1, accept: false);
        _watch.Note(reject, applied: false);
        _watch.Note(Verdict(Task, 1, accept: true), applied: false);
        Assert.Empty(_watch.Look());
        // Another root: on another history an honest verifier may say another thing.
        _watch.Note(reject, applied: true);
        SeenVerdict elsewhere = Verdict(Task, 1, accept: true);
        _watch.Note(elsewhere with { Verdict = elsewhere.Verdict with { Root = new StateRoot(Id(9)) } }, applied: false);
        Assert.Empty(_watch.Look());
    }

    [Fact]
    public void All_who_say_what_the_evidence_does_not_say_are_charged_together()
    {
        for (int verifier = 1; verifier <= 3; verifier++) _watch.Note(Verdict(Task, verifier, accept: true), applied: true);
        _watch.Note(Verdict(Task, 4, accept: false), applied: true);
        _watch.Note(Finding(Task, accepts: false));
        _watch.Note(Verdict(Task, 5, accept: true), applied: true);
        Suspicion suspicion = Assert.Single(_watch.Look());
        Assert.Equal((FaultCharge.WrongFinding, 4), (suspicion.Charge, suspicion.Count));
        Assert.False(suspicion.IsOf(new PublicKey(Id(4))));
    }

    [Fact]
    public void Rejects_of_an_offer_are_charged_one_by_one_and_not_when_the_node_may_have_been_silent()
    {
        _watch.Note(Finding(Trust, accepts: true));
        SeenVerdict silent = Verdict(Trust, 3, accept: false);
        foreach (SeenVerdict seen in new[] { Verdict(Trust, 1, accept: false), Verdict(Trust, 2, accept: false), silent with { Verdict = silent.Verdict with { Reasons = [(ulong)AttestationReason.NoAnswer] } }, Verdict(Trust, 4, accept: true) })
            _watch.Note(seen, applied: true);
        Assert.Equal([FaultCharge.WrongFinding, FaultCharge.WrongFinding], _watch.Look().Select(suspicion => suspicion.Charge));
        Assert.All(_watch.Look(), suspicion => Assert.Equal(1, suspicion.Count));
    }

    [Fact]
    public void A_digest_that_is_not_its_verifiers_own_is_charged()
    {
        SeenVerdict honest = Verdict(Task, 1, accept: true), lazy = Verdict(Task, 2, accept: true);
        _watch.Note(Finding(Task, accepts: true));
        _watch.Note(honest, applied: true);
        Assert.Empty(_watch.Look());
        _watch.Note(lazy with { Verdict = lazy.Verdict with { AppraisalDigest = honest.Verdict.AppraisalDigest } }, applied: true);
        Suspicion suspicion = Assert.Single(_watch.Look());
        Assert.Equal(FaultCharge.AppraisalDigest, suspicion.Charge);
        Assert.True(suspicion.IsOf(lazy.Signer));
    }

    [Fact]
    public void Verdicts_on_other_evidence_are_not_held_against_the_finding()
    {
        _watch.Note(Finding(Task, accepts: false));
        SeenVerdict seen = Verdict(Task, 1, accept: true);
        _watch.Note(seen with { Verdict = seen.Verdict with { EvidenceDigest = Id(7) } }, applied: true);
        _watch.Note(seen with { Verdict = seen.Verdict with { Root = new StateRoot(Id(7)) } }, applied: true);
        Assert.Empty(_watch.Look());
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        for (int i = 0; i < 1_000; i++)
        {
            CaseKey key = Task with { CaseId = Id(1_000 + i) };
            _watch.Note(Finding(key, accepts: false));
            _watch.Note(Verdict(key, 1, accept: true), applied: true);
            _watch.Look();
        }
        IReadOnlyList<Suspicion> kept = _watch.Look();
        Assert.Equal(64, kept.Count);
        Assert.Equal(Id(1_999), kept[^1].Finding!.Key.CaseId);
        // The first case has been forgotten: what contradicts it now is not seen.
        _watch.Note(Verdict(Task with { CaseId = Id(1_000) }, 1, accept: false), applied: false);
        Assert.DoesNotContain(_watch.Look(), suspicion => suspicion.Charge == FaultCharge.DoubleVote);
        _watch.Note(Verdict(Task with { CaseId = Id(1_999) }, 1, accept: false), applied: false);
        Assert.Contains(_watch.Look(), suspicion => suspicion.Charge == FaultCharge.DoubleVote);
    }

    private static Bytes32 Id(int number) => new(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)));

    private static OwnFinding Finding(CaseKey key, bool accepts) => new(key, new PublicKey(Id(100)), 5, Id(50), new StateRoot(Id(51)), accepts, Claims);

    private SeenVerdict Verdict(CaseKey key, int verifier, bool accept)
    {
        PublicKey operatorKey = new(Id(200 + verifier));
        byte[] proof = new byte[Vrf.ProofSize], beta = new byte[Vrf.OutputSize];
        _vrf.Prove(BitConverter.GetBytes(verifier), proof);
        Assert.True(Vrf.TryProofToHash(proof, beta));
        var verdict = new VerdictEntry
        {
            Role = key.Role, CaseId = key.CaseId, Attempt = key.Attempt, Round = 1, Proof = proof, EvidenceDigest = Id(50), Root = new StateRoot(Id(51)),
            Accept = accept, Reasons = accept ? [] : [1], AppraisalDigest = VerdictEntry.AppraisalDigestOf(operatorKey, beta, Claims),
        };
        return new SeenVerdict(new PublicKey(Id(verifier)), operatorKey, verdict, verdict.Encode());
    }
}
