using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Makes and checks draws.json: VRF inputs and outputs, seats, seeds, beacon values, orders of tickets; and receipts.json.</summary>
internal static class DrawVectors
{
    private static readonly TestActor[] Actors = [.. Enumerable.Range(0, 6).Select(i => new TestActor("draws", $"actor {i}"))];

    public static IEnumerable<LotteryVector> Lotteries()
    {
        var network = new NetworkId(new Bytes32(Actors[0].Seed("network")));
        foreach (CommitteeRole role in Enum.GetValues<CommitteeRole>())
            for (int i = 0; i < Actors.Length; i++)
            {
                (int attempt, int round) = role switch { CommitteeRole.Claim => (0, 0), CommitteeRole.ProofOfTrust => (1, 1 + i % 3), _ => (1 + i % 2, 1 + i % 3) };
                var caseId = new Bytes32(Actors[i].Seed("case"));
                var randomness = new Bytes32(Actors[i].Seed("randomness"));
                byte[] input = Lottery.Input(network, role, caseId, randomness, attempt, round);
                byte[] proof = Actors[i].Prove(input);
                byte[] beta = Beta(proof);
                yield return new LotteryVector(
                    network.ToString(), (int)role, caseId.ToString(), randomness.ToString(), attempt, round, ProtocolVectors.Hex(input),
                    Actors[i].Vrf.PublicKey.ToString(), ProtocolVectors.Hex(proof), ProtocolVectors.Hex(beta), 512, 128, Lottery.HasSeat(beta, 512, 128));
            }
    }

    public static IEnumerable<SeedVector> Seeds()
    {
        // One output, several in order of key, and the same key twice, which is for whoever makes the list to notice.
        foreach (int count in new[] { 1, 2, 5 })
        {
            TestActor[] owners = [.. Actors.Take(count).OrderBy(owner => owner.Vrf.PublicKey)];
            var network = new NetworkId(new Bytes32(Actors[0].Seed("network")));
            var task = new TaskId(new Bytes32(Actors[0].Seed($"task {count}")));
            var randomness = new Bytes32(Actors[0].Seed("R(e+2)"));
            byte[] input = AcceptEntry.Input(network, task);
            var hash = new TaggedHash(Tags.Seed).Add(network.Value).Add(task.Value);
            var accepts = new List<AcceptVector>();
            foreach (TestActor owner in owners)
            {
                byte[] proof = owner.Prove(input);
                hash.Add(Beta(proof));
                accepts.Add(new AcceptVector(owner.Vrf.PublicKey.ToString(), ProtocolVectors.Hex(proof), ProtocolVectors.Hex(Beta(proof))));
            }
            yield return new SeedVector(network.ToString(), task.ToString(), ProtocolVectors.Hex(input), [.. accepts], randomness.ToString(), hash.Add(randomness).ToDigest().ToString());
        }
    }

    /// <summary>Six epochs of a network: with a ticket, without, with two of which the lower counts.</summary>
    public static IEnumerable<BeaconVector> Beacons()
    {
        var network = new TestNetwork("draws");
        for (int epoch = 0; epoch < 6; epoch++)
        {
            string before = network.State.Clock.Randomness.Randomness.ToString();
            var tickets = new List<AcceptVector>();
            foreach (TestActor verifier in network.Verifiers.Take(epoch % 3))
            {
                TicketEntry ticket = network.Ticket(verifier);
                network.Apply(verifier, ticket);
                tickets.Add(new AcceptVector(verifier.Vrf.PublicKey.ToString(), ProtocolVectors.Hex(ticket.Proof.Span), ProtocolVectors.Hex(Beta(ticket.Proof.Span))));
            }
            byte[] input = TicketEntry.Input(network.Network, epoch, network.State.Clock.Randomness.Randomness);
            network.NextEpoch(tickets: false);
            BeaconValue next = network.State.Clock.Randomness;
            yield return new BeaconVector(network.Network.ToString(), epoch, before, ProtocolVectors.Hex(input), [.. tickets], next.Randomness.ToString(), next.Weak);
        }
    }

    /// <summary>Receipts as enclaves sign them: one that holds, and ones that a network must refuse.</summary>
    public static IEnumerable<ReceiptVector> Receipts()
    {
        var network = new NetworkId(new Bytes32(Actors[0].Seed("network")));
        using SigningKey key = SigningKey.FromSeed(Actors[0].Seed("receipt key"));
        using SigningKey other = SigningKey.FromSeed(Actors[1].Seed("receipt key"));
        var receipt = new Receipt
        {
            Task = new TaskId(new Bytes32(Actors[0].Seed("task"))), Attempt = 2, EvidenceDigest = new Bytes32(Actors[0].Seed("evidence")),
            Result = new ContentId(new Bytes32(Actors[0].Seed("result"))), ResultSizeBytes = 8_272, Outcome = OutcomeCode.Ok,
        };
        byte[] context = Receipt.Context(network);
        yield return Vector("holds", CoseSigner.Sign(key, context, receipt.Encode()).Encoded.ToArray());
        foreach (OutcomeCode outcome in new[] { OutcomeCode.AppFailed, OutcomeCode.Limit }) yield return Vector($"outcome {(int)outcome}", CoseSigner.Sign(key, context, (receipt with { Outcome = outcome }).Encode()).Encoded.ToArray());
        yield return Vector("signed by another key", CoseSigner.Sign(other, context, receipt.Encode()).Encoded.ToArray());
        yield return Vector("signed as an entry", CoseSigner.Sign(key, network.Value.ToArray(), receipt.Encode()).Encoded.ToArray());
        yield return Vector("with a field more", CoseSigner.Sign(key, context, [0xA8, .. receipt.Encode()[1..], 0x07, 0x00]).Encoded.ToArray());
        yield return Vector("cut short", CoseSigner.Sign(key, context, receipt.Encode()).Encoded.ToArray()[..^1]);

        ReceiptVector Vector(string name, byte[] frame) => new(name, network.ToString(), key.PublicKey.ToString(), ProtocolVectors.Hex(context), ProtocolVectors.Hex(frame),
            Receipt.TryOpen(frame, network, key.PublicKey) is { } opened
                ? new ReceiptFields(opened.Task.ToString(), opened.Attempt, opened.EvidenceDigest.ToString(), opened.Result.ToString(), (int)opened.Outcome, opened.ResultSizeBytes)
                : null);
    }

    private static byte[] Beta(ReadOnlySpan<byte> proof)
    {
        var beta = new byte[Vrf.OutputSize];
        Assert.True(Vrf.TryProofToHash(proof, beta));
        return beta;
    }
}

internal sealed record DrawVector(LotteryVector[] Lotteries, SeedVector[] Seeds, BeaconVector[] Beacons);

internal sealed record LotteryVector(
    string Network, int Role, string CaseId, string Randomness, int Attempt, int Round, string Input, string VrfKey, string Proof, string Beta, long Weight, int Size, bool Seat);

internal sealed record AcceptVector(string VrfKey, string Proof, string Beta);

internal sealed record SeedVector(string Network, string Task, string Input, AcceptVector[] Accepts, string Randomness, string Seed);

internal sealed record BeaconVector(string Network, long Epoch, string Randomness, string Input, AcceptVector[] Tickets, string Next, bool NextWeak);

internal sealed record ReceiptVector(string Name, string Network, string ReceiptKey, string ExternalAad, string Frame, ReceiptFields? Opened);

internal sealed record ReceiptFields(string Task, int Attempt, string EvidenceDigest, string Result, int Outcome, long ResultSizeBytes);
