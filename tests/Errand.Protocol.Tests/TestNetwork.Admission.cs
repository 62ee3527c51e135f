using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Admission: registrations, offers, Proof of Trust cases.</summary>
internal sealed partial class TestNetwork
{
    /// <summary>A node's registration, vouched for by its operator.</summary>
    public RegisterEntry Registration(TestActor node)
    {
        var vouch = new byte[Ed25519.SignatureSize];
        node.Operator.Key.Sign(RegisterEntry.VouchMessage(Network, node.Id, node.Roles), vouch);
        return new RegisterEntry
        {
            Roles = node.Roles,
            VrfKey = node.Vrf.PublicKey,
            VrfPossession = node.Prove(RegisterEntry.PossessionInput(Network, node.Id)),
            Operator = node.Operator.Id,
            Vouch = vouch,
            Endpoint = "https://node.example",
            Site = "here",
            Jurisdiction = "CH",
            Tee = node.Tee,
        };
    }

    /// <summary>A node's next offer. Its evidence is not looked at by the fold.</summary>
    public static OfferEntry Offer(TestActor node) => new()
    {
        Number = node.Offers + 1,
        EkId = node.EkId,
        ChipId = node.ChipId,
        Platform = node.Seed($"platform {node.Offers + 1}"),
        TeeReport = node.ChipId is null ? default : node.Seed("report").AsMemory(),
        TeeEndorsements = node.ChipId is null ? default : node.Seed("endorsements").AsMemory(),
    };

    /// <summary>Appends a node's offer, which must apply, and gives its case.</summary>
    public TrustCase MustOffer(TestActor node)
    {
        Must(node, Offer(node));
        node.Offers++;
        return CaseOf(node)!;
    }

    /// <summary>A node's open case.</summary>
    public TrustCase? CaseOf(TestActor node) => State.Nodes[node.Id].OpenCase is { } id ? State.TrustCases[id] : null;

    /// <summary>A verdict on an open Proof of Trust case whose committee is drawn.</summary>
    public VerdictEntry TrustVerdict(TestActor verifier, TrustCase trustCase, bool accept) => Verdict(
        verifier,
        CommitteeRole.ProofOfTrust,
        trustCase.Id,
        Lottery.Input(Network, CommitteeRole.ProofOfTrust, trustCase.Id, trustCase.Randomness!.Value, 1, trustCase.Rounds.Count),
        1,
        trustCase.Rounds.Count,
        trustCase.EvidenceDigest,
        trustCase.EvidenceRoot,
        accept);

    /// <summary>Runs a Proof of Trust to its end: offer, draw, as many equal verdicts as it takes.</summary>
    public void ProveTrust(TestActor node, bool accept = true)
    {
        TrustCase trustCase = MustOffer(node);
        NextEpoch();
        foreach (TestActor verifier in Verifiers.Where(verifier => verifier.Operator.Id != node.Operator.Id && !State.Nodes[verifier.Id].IsBanned))
        {
            if (!State.TrustCases.ContainsKey(trustCase.Id)) break;
            MustUnlessNoSeat(verifier, TrustVerdict(verifier, trustCase, accept));
        }
        if (State.TrustCases.ContainsKey(trustCase.Id)) throw new InvalidOperationException($"The case of {node} did not end.");
    }

    /// <summary>Registers nodes and has them pass; they are in the snapshot of the epoch that has then begun.</summary>
    public void Admit(params IEnumerable<TestActor> nodes)
    {
        foreach (TestActor node in nodes)
        {
            Must(node, Registration(node));
            ProveTrust(node);
        }
        NextEpoch();
    }

    /// <summary>A network whose executors are qualified.</summary>
    public static TestNetwork WithExecutors(string seed = "errand", int executors = 3, Func<Genesis, Genesis>? change = null)
    {
        var network = new TestNetwork(seed, executors: executors, change: change);
        network.Admit(network.Executors);
        return network;
    }

    private static VerdictEntry Verdict(
        TestActor verifier, CommitteeRole role, Bytes32 caseId, byte[] input, int attempt, int round, Bytes32 evidence, StateRoot root, bool accept)
    {
        byte[] proof = verifier.Prove(input);
        var beta = new byte[Vrf.OutputSize];
        Vrf.TryProofToHash(proof, beta);
        return new VerdictEntry
        {
            Role = role,
            CaseId = caseId,
            Attempt = attempt,
            Round = round,
            Proof = proof,
            EvidenceDigest = evidence,
            Root = root,
            Accept = accept,
            Reasons = accept ? [] : [1],
            AppraisalDigest = VerdictEntry.AppraisalDigestOf(verifier.Operator.Id, beta, [0xA0]),
        };
    }
}
