using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>
/// Grows a network to its size by real entries: operators are sponsored, their nodes register and offer in the first epoch, and in the second the founder,
/// who is the only verifier then, accepts them. So a million verifiers take four million entries and not a committee of 77 accepts each.
/// </summary>
internal sealed class ScaleBuilder(ScaleNetwork network, int threads, Action<string> tell, CancellationToken cancellation)
{
    private const int Batch = 2_048;
    private const int TellEvery = 100_000;

    public void Build()
    {
        SigningKey[] sponsors = [.. Enumerable.Range(0, ScaleGenesis.Sponsors(network.Verifiers)).Select(number => ScaleKeys.Signing(ScaleGenesis.Sponsor, number))];
        if (network.Verifiers > 1) Each(network.Verifiers - 1, "sponsored", number => [Sponsor(sponsors, number + 1)]);
        foreach (SigningKey sponsor in sponsors) sponsor.Dispose();
        if (network.Verifiers > 1) Each(network.Verifiers - 1, "registered", number => Join(ScaleGenesis.Verifier, ScaleGenesis.VerifierOperator, number + 1));
        Each(ScaleGenesis.Executors, "executors", number => Join(ScaleGenesis.Executor, ScaleGenesis.ExecutorOperator, number));
        network.AdvanceTo(network.State.NextDueMilliseconds);
        TrustCase[] cases = [.. network.State.TrustCases.Values.OrderBy(trust => trust.OfferPosition)];
        using VrfKey vrf = ScaleKeys.Vrf(ScaleGenesis.Verifier, 0);
        using SigningKey founder = ScaleKeys.Signing(ScaleGenesis.Verifier, 0);
        Each(cases.Length, "accepted", number => [Accept(founder, vrf, cases[number])]);
        // Tenures begin with the next epoch; a task's snapshot is that of its own.
        network.AdvanceTo(network.State.NextDueMilliseconds);
        network.State.Root();
    }

    // Made and prepared on many threads, folded on this one.
    private void Each(int count, string done, Func<int, PreparedEntry[]> make)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        for (int start = 0; start < count; start += Batch)
        {
            var made = new PreparedEntry[Math.Min(Batch, count - start)][];
            Parallel.For(0, made.Length, options, i => made[i] = make(start + i));
            network.Fold([.. made.SelectMany(entries => entries)]);
            int reached = start + made.Length;
            if (reached / TellEvery != start / TellEvery) tell($"{reached} of {count} {done}");
        }
    }

    private PreparedEntry Sponsor(SigningKey[] sponsors, int number) => network.Prepare(sponsors[number / ScaleGenesis.SponsorshipsMax], (ulong)number,
        new SponsorEntry { Operator = ScaleGenesis.IdOf(ScaleGenesis.VerifierOperator, number) });

    private PreparedEntry[] Join(string role, string operatorRole, int number)
    {
        bool executes = role == ScaleGenesis.Executor;
        NodeRoles roles = executes ? NodeRoles.Executor : NodeRoles.Verifier;
        using SigningKey node = ScaleKeys.Signing(role, number);
        using SigningKey by = ScaleKeys.Signing(operatorRole, number);
        using VrfKey vrf = ScaleKeys.Vrf(role, number);
        var vouch = new byte[Ed25519.SignatureSize];
        by.Sign(RegisterEntry.VouchMessage(network.Network, node.PublicKey, roles), vouch);
        var register = new RegisterEntry
        {
            Roles = roles,
            VrfKey = vrf.PublicKey,
            VrfPossession = ScaleKeys.Prove(vrf, RegisterEntry.PossessionInput(network.Network, node.PublicKey)),
            Operator = by.PublicKey,
            Vouch = vouch,
            Endpoint = $"https://{role}-{number:D7}.example.net",
            Site = "here",
            Jurisdiction = "CH",
            Tee = executes ? TeeKind.SevSnp : TeeKind.None,
        };
        var offer = new OfferEntry
        {
            Number = 1,
            EkId = ScaleKeys.Id(role, "ek", number),
            ChipId = executes ? ScaleKeys.Id(role, "chip", number) : null,
            // The fold never looks at it; its size is the ledger's affair and no state's.
            Platform = ScaleKeys.Digest(role, "platform", number),
            TeeReport = executes ? ScaleKeys.Digest(role, "report", number) : default(ReadOnlyMemory<byte>),
            TeeEndorsements = default,
        };
        return [network.Prepare(node, 1, register), network.Prepare(node, 2, offer)];
    }

    private PreparedEntry Accept(SigningKey founder, VrfKey vrf, TrustCase trustCase)
    {
        byte[] input = Lottery.Input(network.Network, CommitteeRole.ProofOfTrust, trustCase.Id, trustCase.Randomness!.Value, 1, 1);
        return network.Prepare(founder, (ulong)trustCase.OfferPosition + 1, new VerdictEntry
        {
            Role = CommitteeRole.ProofOfTrust,
            CaseId = trustCase.Id,
            Attempt = 1,
            Round = 1,
            Proof = ScaleKeys.Prove(vrf, input),
            EvidenceDigest = trustCase.EvidenceDigest,
            Root = trustCase.EvidenceRoot,
            Accept = true,
            Reasons = [],
            AppraisalDigest = trustCase.EvidenceDigest,
        });
    }
}
