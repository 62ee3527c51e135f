using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>A network's life in which every refusal that an entry can meet is met, by the one entry that meets it and nothing else.</summary>
internal static partial class RefusalTour
{
    /// <summary>Refusals that no entry can meet, with the reason.</summary>
    public static IReadOnlyDictionary<RefusalReason, string> OutOfReach { get; } = new Dictionary<RefusalReason, string>
    {
        [RefusalReason.TaskExists] = "a task id holds signer and sequence, and the sequence is checked first",
    };

    /// <summary>Takes the whole tour.</summary>
    public static void Take(TestNetwork network)
    {
        OfBytes(network);
        OfRegistration(network);
        OfOffers(network);
        OfTickets(network);
        OfAssets(network);
        OfAccepting(network);
        OfClaiming(network);
        OfAttempts(network);
        OfOperators(network);
        OfGovernance(network);
        OfSmallCommittees(network);
        OfSmallNetwork(network);
        OfFaults(network);
    }

    private static void OfBytes(TestNetwork network)
    {
        TestActor signer = network.AppOwner;
        network.Refused("refused/frame", [0xD2, 0x84]);
        byte[] elsewhere = CoseSigner.Sign(signer.Key, signer.Seed("another network"), EntrySigner.Payload(signer.NextSequence, new TickEntry())).Encoded.ToArray();
        network.Refused("refused/signature", elsewhere);
        network.Refused("refused/not-canonical", network.Frame(signer, [0xA1, 0x00, 0x18, 0x01]));
        network.Refused("refused/envelope", network.Frame(signer, [0xA1, 0x00, 0x01]));
        network.Refused("refused/rules-version", Payload(network, signer, version: 2, kind: 14, 0xA0));
        network.Refused("refused/unknown-kind", Payload(network, signer, version: 1, kind: 200, 0xA0));
        network.Refused("refused/unknown-field", Payload(network, signer, version: 1, kind: 14, 0xA1, 0x00, 0x01));
        network.Refused("refused/missing-field", Payload(network, signer, version: 1, kind: 9, 0xA0));
        network.Refused("refused/malformed-field", Payload(network, signer, version: 1, kind: 18, 0xA1, 0x00, 0x01));
        byte[] task = [0x58, 0x20, .. signer.Seed("task")];
        network.Refused("refused/must-be-inline", Payload(network, signer, version: 1, kind: 10, [0xA7, 0x00, .. task, 0x01, 0x01, 0x02, 0x81, .. task, 0x03, 0x40, 0x04, 0x41, 0x01, 0x05, .. task, 0x06, 0x41, 0x01]));
        network.Refused("refused/nothing-due", signer, new TickEntry());
        AssetId asset = network.Publish(signer, AssetKind.App);
        network.Refused("refused/sequence", network.History[^1].Bytes);
        network.Refused("refused/asset-exists", signer, network.State.Assets[asset].Entry);
        network.Refused("refused/vrf-key-invalid", signer, network.Asset(signer, AssetKind.App) with { VrfKey = default });
    }

    private static void OfRegistration(TestNetwork network)
    {
        TestActor stranger = network.Node("stranger", network.Actor("unknown operator"), NodeRoles.Verifier);
        network.Refused("refused/unknown-operator", stranger, network.Registration(stranger));
        TestActor spare = network.Node("spare", network.SpareOperators[0], NodeRoles.Executor);
        network.Refused("refused/vouch", spare, network.Registration(spare) with { Vouch = new byte[64] });
        network.Refused("refused/vrf-proof", spare, network.Registration(spare) with { VrfPossession = spare.Prove([1]) });
        TestActor known = network.Verifiers[0];
        network.Refused("refused/vrf-key-in-use", spare, network.Registration(spare) with
        {
            VrfKey = known.Vrf.PublicKey, VrfPossession = known.Prove(RegisterEntry.PossessionInput(network.Network, spare.Id)),
        });
        TestActor second = network.Node("second verifier", known.Operator, NodeRoles.Verifier);
        network.Refused("refused/operator-has-verifier", second, network.Registration(second));
        TestActor executor = network.Executors[0];
        network.Refused("refused/registration-fixed", executor, network.Registration(executor) with { Site = "elsewhere" });
        network.Refused("refused/unknown-node", spare, new RetireEntry());
    }

    private static void OfOffers(TestNetwork network)
    {
        TestActor executor = network.Executors[^1];
        network.Refused("refused/offer-too-early", executor, TestNetwork.Offer(executor));

        // A newcomer offers wrongly, then rightly, is rejected, waits, passes and leaves; its hardware cools down.
        TestActor newcomer = network.Node("newcomer", network.SpareOperators[0], NodeRoles.Executor);
        network.Must(newcomer, network.Registration(newcomer));
        OfferEntry offer = TestNetwork.Offer(newcomer);
        network.Refused("refused/offer-number", newcomer, offer with { Number = 5 });
        network.Refused("refused/offer-shape", newcomer, offer with { ChipId = null, TeeReport = default, TeeEndorsements = default });
        network.Refused("refused/ek-in-use", newcomer, offer with { EkId = executor.EkId });
        network.Refused("refused/chip-in-use", newcomer, offer with { ChipId = executor.ChipId });
        network.ProveTrust(newcomer, accept: false);
        network.Refused("refused/offer-cooldown", newcomer, TestNetwork.Offer(newcomer));
        network.AdvanceTo(network.Boundary(network.State.Nodes[newcomer.Id].NextOfferEpoch));
        TrustCase open = network.MustOffer(newcomer);
        network.Refused("refused/case-open", newcomer, new RetireEntry());
        network.NextEpoch();
        VerdictEntry verdict = network.TrustVerdict(network.Verifiers[1], open, accept: true);
        network.Refused("refused/evidence-mismatch", network.Verifiers[1], verdict with { EvidenceDigest = default });
        network.Refused("refused/root-mismatch", network.Verifiers[1], verdict with { Root = default });
        network.Refused("refused/vrf-proof", network.Verifiers[1], verdict with { Proof = network.Verifiers[1].Prove([2]) });
        network.Refused("refused/unknown-case", network.Verifiers[1], verdict with { Attempt = 2 });
        network.Must(network.Verifiers[1], verdict);
        network.Refused("refused/already-voted", network.Verifiers[1], verdict);
        foreach (TestActor verifier in network.Verifiers.Skip(2).Take(6)) network.Must(verifier, network.TrustVerdict(verifier, open, accept: true));
        network.NextEpoch();
        network.AdvanceTo(network.Boundary(network.State.Clock.Epoch + network.Times.PauseEpochs));
        network.Refused("refused/hardware-changed", newcomer, TestNetwork.Offer(newcomer) with { EkId = network.Actor("another TPM").EkId });
        network.Must(newcomer, new RetireEntry());
        network.Refused("refused/retired", newcomer, new RetireEntry());
        TestActor heir = network.Node("heir", network.SpareOperators[0], NodeRoles.Executor);
        network.Must(heir, network.Registration(heir));
        network.Refused("refused/ek-cooldown", heir, TestNetwork.Offer(heir) with { EkId = newcomer.EkId });
        network.Refused("refused/chip-cooldown", heir, TestNetwork.Offer(heir) with { ChipId = newcomer.ChipId });

        // Nobody judges its own operator's node.
        TestActor kin = network.Node("kin", network.Verifiers[0].Operator, NodeRoles.Executor);
        network.Must(kin, network.Registration(kin));
        TrustCase theirs = network.MustOffer(kin);
        network.NextEpoch();
        network.Refused("refused/own-case", network.Verifiers[0], network.TrustVerdict(network.Verifiers[0], theirs, accept: true));
        foreach (TestActor verifier in network.Verifiers.Skip(1).Take(4)) network.Must(verifier, network.TrustVerdict(verifier, theirs, accept: false));
    }

    private static void OfTickets(TestNetwork network)
    {
        TestActor young = network.Node("young", network.SpareOperators[1], NodeRoles.Verifier);
        network.Must(young, network.Registration(young));
        network.ProveTrust(young);
        network.NextEpoch();
        network.Refused("refused/ticket-too-young", young, network.Ticket(young));
        network.Refused("refused/wrong-epoch", network.Verifiers[0], network.Ticket(network.Verifiers[0]) with { Epoch = network.State.Clock.Epoch + 1 });
        // All bring theirs, the first again: one of them is not the lowest.
        foreach (TestActor verifier in network.Verifiers) network.Apply(verifier, network.Ticket(verifier));
        TestActor higher = network.Verifiers.First(verifier => !Beta(network.Ticket(verifier)).AsSpan().SequenceEqual(network.State.Clock.LowestTicket!.Value.Span));
        network.Refused("refused/ticket-not-lowest", higher, network.Ticket(higher));
        network.Must(young, new RetireEntry());
        network.NextEpoch();
    }

    private static void OfAssets(TestNetwork network)
    {
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        AssetId data = network.Publish(network.DataOwner, AssetKind.Data);
        AssetId theirs = network.Publish(network.DataOwner, AssetKind.Arguments);
        SubmitEntry submit = network.Submission(app, data);
        network.Refused("refused/unknown-asset", network.Requester, submit with { App = new AssetId(new Bytes32(network.Ledger.Seed("no asset"))) });
        network.Refused("refused/asset-kind", network.Requester, network.Submission(data, app));
        network.Refused("refused/asset-used", network.Requester, submit with { SecretArguments = theirs });
        network.Refused("refused/deadline", network.Requester, submit with { DeadlineMilliseconds = network.Now });
        network.Refused("refused/not-owner", network.AppOwner, new WithdrawAssetEntry { Asset = data });
        network.Must(network.DataOwner, new WithdrawAssetEntry { Asset = data });
        network.Refused("refused/asset-withdrawn", network.Requester, submit);
    }

    private static byte[] Beta(TicketEntry ticket)
    {
        var beta = new byte[Vrf.OutputSize];
        Assert.True(Vrf.TryProofToHash(ticket.Proof.Span, beta));
        return beta;
    }

    private static byte[] Payload(TestNetwork network, TestActor signer, byte version, byte kind, params byte[] body)
    {
        byte[] payload = new CanonicalWriter().Map(4).Key(0).UInt(version).Key(1).UInt(kind).Key(2).UInt(signer.NextSequence).Key(3).Raw(body).ToArray();
        return network.Frame(signer, payload);
    }
}
