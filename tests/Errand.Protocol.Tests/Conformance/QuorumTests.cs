using System.Numerics;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Conformance cases of thresholds, votes and seats.</summary>
public sealed class QuorumTests
{
    [Fact]
    public void T_52_thresholds()
    {
        for (int weight = 1; weight <= 200; weight++)
        {
            int seats = Lottery.Seats(weight, 128);
            Assert.Equal(Math.Min(128, weight), seats);
            // ⌊3τ'/5⌋ + 1 is the first number above three fifths.
            int accepts = Enumerable.Range(1, seats).First(votes => 5 * votes > 3 * seats);
            Assert.Equal(accepts, Lottery.AcceptThreshold(seats));
            Assert.Equal(seats - accepts + 1, Lottery.RejectThreshold(seats));
            Assert.Equal(seats + 1, Lottery.AcceptThreshold(seats) + Lottery.RejectThreshold(seats));
        }
        Assert.Equal((7, 4), (Lottery.AcceptThreshold(10), Lottery.RejectThreshold(10)));
        Assert.Equal((77, 52), (Lottery.AcceptThreshold(128), Lottery.RejectThreshold(128)));
    }

    [Fact]
    public void T_53_accept_at_T()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        Vote(network, task, 0..6, accept: true);
        Vote(network, task, 6..9, accept: false);
        Assert.Equal(TaskPhase.Verifying, task.State.Phase);
        // Ten verifiers of ten operators: with three rejects the tenth vote is the seventh accept.
        VerdictEntry seventh = network.TaskVerdict(network.Verifiers[9], task.State, accept: true);
        network.Must(network.Verifiers[9], seventh);
        Assert.Equal(TaskPhase.Releasing, task.State.Phase);
        Assert.Equal(BallotResult.Accepted, task.State.Attempt!.Current!.Result);
    }

    [Fact]
    public void T_53_accept_at_T_then_a_late_reject_has_no_effect()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        Vote(network, task, 0..7, accept: true);
        Assert.Equal(TaskPhase.Releasing, task.State.Phase);
        Vote(network, task, 7..10, accept: false);
        Assert.Equal((7, 3), (task.State.Attempt!.Current!.Accepts, task.State.Attempt.Current.Rejects));
        Assert.Equal(BallotResult.Accepted, task.State.Attempt.Current.Result);
        task.RunTo(TaskPhase.Ended);
        Assert.Equal("task:completed", task.Outcome);
    }

    [Fact]
    public void T_54_reject_first()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        VerdictEntry[] accepts = [.. network.Verifiers.Select(verifier => network.TaskVerdict(verifier, task.State, accept: true))];
        Vote(network, task, 0..6, accept: true);
        Vote(network, task, 6..10, accept: false);
        Assert.Equal(BallotResult.Rejected, task.State.Attempts[0].Current!.Result);
        Assert.Equal("rejected", task.State.Attempts[0].Failure.Code());
        Assert.Equal((TaskPhase.Attesting, 2), (task.State.Phase, task.State.Attempts.Count));
        network.Refused("refused/already-voted", network.Verifiers[9], accepts[9]);
        Assert.Equal(network.State.Root(), network.Replay().Root());
    }

    [Fact]
    public void T_54_reject_first_then_a_late_accept_has_no_effect()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        VerdictEntry[] accepts = [.. network.Verifiers.Select(verifier => network.TaskVerdict(verifier, task.State, accept: true))];
        Vote(network, task, 0..4, accept: false);
        for (int i = 4; i < 10; i++) network.Must(network.Verifiers[i], accepts[i]);
        Assert.Equal((6, 4), (task.State.Attempts[0].Current!.Accepts, task.State.Attempts[0].Current!.Rejects));
        Assert.Equal((TaskPhase.Attesting, 2), (task.State.Phase, task.State.Attempts.Count));
        Assert.Equal(network.State.Root(), network.Replay().Root());
    }

    [Fact]
    public void T_55_no_decision()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor executor = task.Executor;
        VerdictEntry stale = network.TaskVerdict(network.Verifiers[0], task.State, accept: true);
        for (int round = 1; round <= 3; round++)
        {
            Assert.Equal(round, task.State.Attempt!.Current!.Round);
            if (round > 1)
            {
                network.Refused("refused/late", network.Verifiers[0], stale);
                network.Refused("refused/vrf-proof", network.Verifiers[0], stale with { Round = round });
            }
            Vote(network, task, 0..6, accept: true);
            network.AdvanceTo(task.State.PhaseDueMilliseconds);
        }
        Assert.Equal("no-quorum", task.State.Attempts[0].Failure.Code());
        Assert.All(task.State.Attempts[0].Rounds, round => Assert.Equal(BallotResult.Undecided, round.Result));
        Assert.Equal((TaskPhase.Attesting, 2), (task.State.Phase, task.State.Attempts.Count));
        // The committee slept: that is not the executor's doing.
        Assert.Equal(0, network.State.Nodes[executor.Id].Strikes);
    }

    [Fact]
    public void T_56_seat_not_won()
    {
        // With fewer seats than verifiers some are not drawn.
        TestNetwork network = TestNetwork.WithExecutors(change: genesis => genesis with { Committee = genesis.Committee with { Size = 8 } });
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        Assert.Equal((5, 4), (task.State.Attempt!.Current!.AcceptsNeeded, task.State.Attempt.Current.RejectsNeeded));
        byte[] input = Lottery.Input(network.Network, CommitteeRole.Task, task.Id.Value, task.State.Seed!.Value, 1, 1);
        int seated = 0;
        foreach (TestActor verifier in network.Verifiers)
        {
            VerdictEntry verdict = network.TaskVerdict(verifier, task.State, accept: true);
            var beta = new byte[Vrf.OutputSize];
            Assert.True(Vrf.TryVerify(verifier.Vrf.PublicKey, input, verdict.Proof.Span, beta));
            // β·W < τ·2^512 with W = 10 and τ = 8.
            bool drawn = new BigInteger(beta, isUnsigned: true, isBigEndian: true) * 10 < BigInteger.One << 515;
            if (!drawn) network.Refused("refused/no-seat", verifier, verdict);
            else if (seated++ < 3) network.Must(verifier, verdict);
        }
        Assert.InRange(seated, 1, 9);
    }

    [Fact]
    public void T_56_seat_not_won_with_a_proof_for_something_else()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestTask other = network.MustSubmit();
        TestActor verifier = network.Verifiers[0];
        VerdictEntry verdict = network.TaskVerdict(verifier, task.State, accept: true);
        Bytes32 id = task.Id.Value, seed = task.State.Seed!.Value;
        byte[][] inputs =
        [
            Lottery.Input(network.Network, CommitteeRole.Task, id, seed, 1, 2),
            Lottery.Input(network.Network, CommitteeRole.Task, id, seed, 2, 1),
            Lottery.Input(network.Network, CommitteeRole.ProofOfTrust, id, seed, 1, 1),
            Lottery.Input(network.Network, CommitteeRole.Claim, id, seed, 1, 1),
            Lottery.Input(network.Network, CommitteeRole.Task, other.Id.Value, seed, 1, 1),
            Lottery.Input(network.Network, CommitteeRole.Task, id, default, 1, 1),
            Lottery.Input(new NetworkId(seed), CommitteeRole.Task, id, seed, 1, 1),
        ];
        foreach (byte[] input in inputs) network.Refused("refused/vrf-proof", verifier, verdict with { Proof = verifier.Prove(input) });
        network.Refused("refused/vrf-proof", verifier, verdict with { Proof = network.TaskVerdict(network.Verifiers[1], task.State, accept: true).Proof });
        network.Refused("refused/vrf-proof", verifier, verdict with { Proof = new byte[80] });
        network.Must(verifier, verdict);
    }

    [Fact]
    public void T_57_vote_twice()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor verifier = network.Verifiers[0];
        VerdictEntry accept = network.TaskVerdict(verifier, task.State, accept: true);
        network.Must(verifier, accept);
        network.Refused("refused/already-voted", verifier, network.TaskVerdict(verifier, task.State, accept: false));
        // Whatever the second proof is: a vote is there, so it is not even looked at.
        network.Refused("refused/already-voted", verifier, accept with { Accept = false, Reasons = [1], Proof = new byte[80] });
        Assert.Equal((1, 0), (task.State.Attempt!.Current!.Accepts, task.State.Attempt.Current.Rejects));
    }

    [Fact]
    public void T_57_vote_twice_is_a_fault()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        network.ProveFounders(1);
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor verifier = network.Verifiers[0];
        byte[] first = network.Sign(verifier, network.TaskVerdict(verifier, task.State, accept: true));
        byte[] second = network.Sign(verifier, network.TaskVerdict(verifier, task.State, accept: false));
        Assert.True(network.Append(first).Applied);
        verifier.NextSequence++;
        network.Refused("refused/already-voted", verifier, network.TaskVerdict(verifier, task.State, accept: false));
        network.Must(network.Verifiers[1], new FaultEntry { Charge = FaultCharge.DoubleVote, Exhibits = [first, second] });
        BanState fault = Assert.Single(network.State.BannedKeys.Values);
        Assert.Equal((verifier.EkId, verifier.Id, "double-vote", network.History.Count - 1), (fault.Id, fault.Node, fault.Charge.Code(), fault.Position));
        Assert.Equal(verifier.Operator.Id.Value, Assert.Single(network.State.BannedOperators.Keys));
        // The first vote was cast before anybody knew: it counts.
        Assert.Equal((1, 0), (task.State.Attempt!.Current!.Accepts, task.State.Attempt.Current.Rejects));
    }

    [Fact]
    public void T_58_min_weight()
    {
        var network = new TestNetwork(change: genesis => genesis with { Times = genesis.Times with { FoundingEpochs = 8 } });
        // Four of ten founders qualify before their founding time is over.
        foreach (TestActor founder in network.Verifiers.Take(4))
        {
            network.Must(founder, network.Registration(founder));
            network.ProveTrust(founder);
        }
        TestActor candidate = network.Verifiers[4];
        network.Must(candidate, network.Registration(candidate));
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        AssetId data = network.Publish(network.DataOwner, AssetKind.Data);
        while (network.State.Clock.Epoch < 8) network.NextEpoch();
        Assert.Equal(4, network.State.Clock.Weight);
        network.Refused("refused/network-too-small", candidate, TestNetwork.Offer(candidate));
        network.Refused("refused/network-too-small", network.Requester, network.Submission(app, data));
    }

    [Fact]
    public void T_59_seat_arithmetic()
    {
        BigInteger range = BigInteger.One << 512;
        foreach ((int size, int weight) in new[] { (128, 128), (128, 129), (128, 384), (128, 385), (1, 2), (128, 200_000) })
        {
            bool always = weight <= size;
            Assert.True(Lottery.HasSeat(Beta(0), weight, size));
            Assert.Equal(always, Lottery.HasSeat(Beta(range - 1), weight, size));
            // ⌈τ·2^512/W⌉ is the first output without a seat.
            BigInteger first = (size * range + weight - 1) / weight;
            Assert.True(Lottery.HasSeat(Beta(first - 1), weight, size));
            if (!always) Assert.False(Lottery.HasSeat(Beta(first), weight, size));
        }

        static byte[] Beta(BigInteger value)
        {
            var beta = new byte[64];
            byte[] digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
            digits.CopyTo(beta, 64 - digits.Length);
            return beta;
        }
    }

    private static void Vote(TestNetwork network, TestTask task, Range verifiers, bool accept)
    {
        foreach (TestActor verifier in network.Verifiers.Take(verifiers)) network.Must(verifier, network.TaskVerdict(verifier, task.State, accept));
    }
}
