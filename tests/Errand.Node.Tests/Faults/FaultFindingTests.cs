using Errand.Attestation;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>What a member of a fault's committee finds, over real evidence of a running network.</summary>
[Collection(NetworkSuite.Name)]
public sealed class FaultFindingTests(SharedNetwork shared)
{
    [Fact]
    public async Task Evidence_is_found_again_by_folding_the_ledger_and_appraised_as_it_was()
    {
        RunningNetwork network = await shared.HealthyAsync();
        (LedgerEntry entry, ApplyResult result) = network.History.First(seen => seen.Result is { Applied: true, Entry.Body: OfferEntry });
        ArchivedEvidence? found = await EvidenceArchive.ReadAgainAsync(network.Ledger, network.State.Genesis, entry.Position, CancellationToken.None);
        Assert.Equal((CommitteeRole.ProofOfTrust, result.Entry.Signer, 1), (found!.Role, found.Node, found.Attempt));
        Assert.True(found.Appraise().Accepted);
        VerdictEntry verdict = network.Applied<VerdictEntry>().First(verdict => verdict.CaseId == found.CaseId);
        Assert.Equal((verdict.EvidenceDigest, verdict.Root), (found.Digest, found.Root));
        Assert.Null(await EvidenceArchive.ReadAgainAsync(network.Ledger, network.State.Genesis, entry.Position + 1_000_000, CancellationToken.None));
        (LedgerEntry other, _) = network.History.First(seen => seen.Result.Entry.Body is VerdictEntry);
        Assert.Null(await EvidenceArchive.ReadAgainAsync(network.Ledger, network.State.Genesis, other.Position, CancellationToken.None));
    }

    [Fact]
    public async Task A_member_upholds_what_the_evidence_shows_and_dismisses_the_rest_with_a_reason()
    {
        RunningNetwork network = await shared.HealthyAsync();
        (LedgerEntry entry, ApplyResult result) = network.History.First(seen => seen.Result is { Applied: true, Entry.Body: OfferEntry });
        ArchivedEvidence evidence = (await EvidenceArchive.ReadAgainAsync(network.Ledger, network.State.Genesis, entry.Position, CancellationToken.None))!;
        (_, ApplyResult voted) = network.History.First(seen => seen.Result is { Applied: true, Entry.Body: VerdictEntry verdict } && verdict.CaseId == evidence.CaseId);
        var right = (VerdictEntry)voted.Entry.Body!;
        VerdictEntry wrong = right with { Accept = false, Reasons = [(ulong)AttestationReason.Measurement] };
        PublicKey node = result.Entry.Signer, operatorKey = network.State.Nodes[voted.Entry.Signer].Operator;

        Finds(FaultDismissal.None, FaultCharge.WrongFinding, wrong);
        Finds(FaultDismissal.FindingRight, FaultCharge.WrongFinding, right);
        Finds(FaultDismissal.DigestRight, FaultCharge.AppraisalDigest, right);
        Finds(FaultDismissal.DigestRight, FaultCharge.AppraisalDigest, right with { Proof = Enumerable.Repeat((byte)0xFF, 80).ToArray(), AppraisalDigest = default });
        Finds(FaultDismissal.None, FaultCharge.AppraisalDigest, right with { AppraisalDigest = default });
        Finds(FaultDismissal.NotProvable, FaultCharge.WrongFinding, wrong with { Reasons = [(ulong)AttestationReason.NoAnswer] });
        Finds(FaultDismissal.UnknownCase, FaultCharge.WrongFinding, wrong with { Root = default });
        Finds(FaultDismissal.UnknownCase, FaultCharge.WrongFinding, wrong with { CaseId = default });
        Finds(FaultDismissal.UnknownCase, FaultCharge.WrongFinding, wrong with { EvidenceDigest = default });
        Finds(FaultDismissal.TooOld, FaultCharge.WrongFinding, wrong, evidence.Epoch + 101);
        Finds(FaultDismissal.None, FaultCharge.WrongFinding, wrong, evidence.Epoch + 100);
        Assert.Equal(FaultDismissal.UnknownCase, FaultFinding.Of(Question(FaultCharge.WrongFinding, wrong, evidence.Epoch) with { }, null).Dismissal);
        node = voted.Entry.Signer;
        Finds(FaultDismissal.UnknownCase, FaultCharge.WrongFinding, wrong);

        void Finds(FaultDismissal expected, FaultCharge charge, VerdictEntry verdict, long? epoch = null) =>
            Assert.Equal(expected, FaultFinding.Of(Question(charge, verdict, epoch ?? evidence.Epoch), evidence).Dismissal);

        FaultQuestion Question(FaultCharge charge, VerdictEntry verdict, long epoch)
        {
            using var key = Cryptography.SigningKey.Generate();
            ReadOnlyMemory<byte> frame = EntrySigner.Sign(network.State.Network, key, 1, verdict).Encoded;
            var fault = new FaultEntry { Charge = charge, Exhibits = [frame], Node = node, EvidencePosition = entry.Position };
            return new FaultQuestion(fault, [Exhibit.TryRead(network.State.Network, 1, frame.Span)!], [operatorKey], epoch, 100);
        }
    }
}
