using Errand.Cryptography;
using Errand.Primitives;
using Errand.Tests;

namespace Errand.Protocol.Tests;

/// <summary>Conformance cases of the draw: seeds, beacon, committees and executors.</summary>
public sealed class DrawTests
{
    [Fact]
    public void T_03_last_owner_blind()
    {
        // Twice the same network up to the last accept; only the ticket of epoch e+1, hence R(e+2), differs.
        (TestTask first, long firstEpoch, Bytes32 firstRandomness) = Draw(lowestVerifier: 0);
        (TestTask second, long secondEpoch, Bytes32 secondRandomness) = Draw(lowestVerifier: 1);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(firstEpoch, secondEpoch);
        Assert.NotEqual(firstRandomness, secondRandomness);
        Assert.NotEqual(first.State.Seed, second.State.Seed);
    }

    private static (TestTask Task, long Epoch, Bytes32 Randomness) Draw(int lowestVerifier)
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 1);
        TestTask task = network.MustSubmit().AcceptAll();
        long epoch = network.State.Clock.Epoch;
        Assert.Equal(network.Boundary(epoch + 2), task.State.PhaseDueMilliseconds);
        network.NextEpoch(tickets: false);
        // No seed yet: with every owner's output on the ledger, R(e+2) is still missing.
        Assert.Null(task.State.Seed);
        TestActor verifier = network.Verifiers[lowestVerifier];
        network.Must(verifier, network.Ticket(verifier));
        network.NextEpoch(tickets: false);
        Assert.Equal(TaskPhase.Claiming, task.State.Phase);
        Assert.Equal(epoch + 2, network.State.Clock.Epoch);

        // The seed as the specification writes it.
        Bytes32 randomness = network.State.Clock.Randomness.Randomness;
        TaggedHash expected = new TaggedHash(Tags.Seed).Add(network.Network.Value).Add(task.Id.Value);
        foreach (TestActor owner in new[] { network.AppOwner, network.DataOwner }.OrderBy(owner => owner.Vrf.PublicKey))
        {
            var beta = new byte[Vrf.OutputSize];
            Assert.True(Vrf.TryProofToHash(owner.Prove(AcceptEntry.Input(network.Network, task.Id)), beta));
            expected.Add(beta);
        }
        Assert.Equal(expected.Add(randomness).ToDigest(), task.State.Seed);
        return (task, epoch, randomness);
    }

    [Fact]
    public void T_11_weight_change_mid_case()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestActor subject = network.Node("subject", network.SpareOperators[3], NodeRoles.Executor);
        network.Must(subject, network.Registration(subject));
        TestActor[] late = [.. Enumerable.Range(0, 2).Select(i => network.Node($"late verifier {i}", network.SpareOperators[i], NodeRoles.Verifier))];
        foreach (TestActor node in late)
        {
            network.Must(node, network.Registration(node));
            network.MustOffer(node);
        }
        TestActor fallen = network.Verifiers[0];
        network.Must(fallen, network.Registration(fallen));
        network.MustOffer(fallen);
        network.NextEpoch();

        // The case opens while three others are about to change W.
        TrustCase trustCase = network.MustOffer(subject);
        TestTask task = network.MustSubmit();
        foreach (TestActor node in late) Decide(network, node, accept: true);
        Decide(network, fallen, accept: false);
        network.NextEpoch();
        Assert.Equal(11, network.State.Clock.Weight);
        Assert.Equal(10, trustCase.Weight);
        Assert.Equal(10, task.State.Weight);
        Assert.Equal((7, 4), (trustCase.Current!.AcceptsNeeded, trustCase.Current.RejectsNeeded));
        network.Refused("refused/disqualified", fallen, network.TrustVerdict(fallen, trustCase, accept: true));
        network.Refused("refused/not-in-snapshot", late[0], network.TrustVerdict(late[0], trustCase, accept: true));
        foreach (TestActor verifier in network.Verifiers.Skip(1).Take(7)) network.Must(verifier, network.TrustVerdict(verifier, trustCase, accept: true));
        Assert.True(network.State.Nodes[subject.Id].Proven);
    }

    private static void Decide(TestNetwork network, TestActor node, bool accept)
    {
        TrustCase trustCase = network.CaseOf(node)!;
        foreach (TestActor verifier in network.Verifiers.Where(verifier => verifier != node).Take(accept ? 7 : 4))
            network.Must(verifier, network.TrustVerdict(verifier, trustCase, accept));
    }

    [Fact]
    public void T_14_beacon_silent()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().AcceptAll();
        long epoch = network.State.Clock.Epoch;
        // R(e+2) and the two after it are weak: the seed waits three epochs, then is drawn all the same.
        for (long waited = 1; waited <= 4; waited++)
        {
            network.AdvanceTo(network.Boundary(epoch + 1 + waited) - 1, tickets: false);
            Assert.Equal(TaskPhase.Drawing, task.State.Phase);
            Bytes32 previous = network.State.Clock.Randomness.Randomness;
            network.NextEpoch(tickets: false);
            Assert.True(network.State.Clock.Randomness.Weak);
            Assert.Equal(
                new TaggedHash(Tags.BeaconNone).Add(network.Network.Value).Add((ulong)network.State.Clock.Epoch - 1).Add(previous).ToDigest(),
                network.State.Clock.Randomness.Randomness);
        }
        Assert.Equal(epoch + 5, network.State.Clock.Epoch);
        Assert.Equal(TaskPhase.Claiming, task.State.Phase);
        Assert.True(task.State.WeakBeacon);
        Assert.False(network.MustSubmit().RunTo(TaskPhase.Claiming).State.WeakBeacon);
    }

    [Fact]
    public void T_16_pot_lottery_separate()
    {
        // The same randomness for all offers of an epoch; the case id in the input makes every committee another one.
        var network = new TestNetwork();
        Bytes32 randomness = network.State.Clock.Randomness.Randomness;
        string[] committees = [.. Enumerable.Range(0, 50).Select(i =>
        {
            PublicKey node = network.Actor($"candidate {i}").Id;
            byte[] input = Lottery.Input(network.Network, CommitteeRole.ProofOfTrust, OfferEntry.CaseId(network.Network, node, 1), randomness, 1, 1);
            return string.Concat(network.Verifiers.Select(verifier =>
            {
                var beta = new byte[Vrf.OutputSize];
                Assert.True(Vrf.TryProofToHash(verifier.Prove(input), beta));
                return Lottery.HasSeat(beta, network.Verifiers.Count, 5) ? '1' : '0';
            }));
        })];
        Assert.True(committees.Distinct(StringComparer.Ordinal).Count() > 25, "The committees hardly differ.");
        Assert.InRange(committees.Sum(committee => committee.Count(seat => seat == '1')), 150, 350);
    }

    [Fact]
    public void T_17_pot_reoffer()
    {
        var network = new TestNetwork();
        TestActor node = network.Node("node", network.SpareOperators[0], NodeRoles.Executor);
        network.Must(node, network.Registration(node));
        foreach (long pause in new long[] { 1, 2, 4 })
        {
            network.ProveTrust(node, accept: false);
            for (long waited = 0; waited <= pause; waited++)
            {
                network.Refused("refused/offer-cooldown", node, TestNetwork.Offer(node));
                network.NextEpoch();
            }
        }
        network.ProveTrust(node);
        Assert.True(network.State.Nodes[node.Id].Proven);
        Assert.Equal(0, network.State.Nodes[node.Id].RejectionsInRow);
    }

    [Theory]
    [InlineData("committee size")]
    [InlineData("quorum")]
    public void T_19_task_committee_field(string field)
    {
        var network = new TestNetwork();
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        AssetId data = network.Publish(network.DataOwner, AssetKind.Data);
        byte[] payload = EntrySigner.Payload(network.Requester.NextSequence, network.Submission(app, data));
        // The body's map is the payload's last field: one key more, 8 or 9, at its end.
        const int map = 8;
        Assert.Equal(0xA7, payload[map]);
        payload[map]++;
        byte[] changed = [.. payload, (byte)(field == "quorum" ? 9 : 8), 7];
        Assert.True(CanonicalCbor.IsCanonical(changed));
        network.Refused("refused/unknown-field", network.Frame(network.Requester, changed));
    }

    [Fact]
    public void T_20_one_chip_many_executors()
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 1);
        TestActor second = network.Node("second", network.SpareOperators[0], NodeRoles.Executor);
        second.Chip = network.Executors[0].ChipId;
        network.Must(second, network.Registration(second));
        network.Refused("refused/chip-in-use", second, TestNetwork.Offer(second));
        second.Chip = null;
        network.Refused("refused/ek-in-use", second, TestNetwork.Offer(second) with { EkId = network.Executors[0].EkId });
    }

    [Fact]
    public void T_22_winner_vanishes()
    {
        TestNetwork network = TestNetwork.WithExecutors(change: genesis => genesis with { Times = genesis.Times with { PauseEpochs = 10 } });
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Attesting);
        TestActor winner = task.Executor;
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal("executor-timeout", task.State.Attempts[0].Failure.Code());
        Assert.Equal(2, task.State.Attempts.Count);
        Assert.NotEqual(winner, task.Executor);
        Assert.Equal(network.State.Clock.Epoch + network.Times.PauseEpochs, network.State.Nodes[winner.Id].PausedUntilEpoch);
        network.Refused("refused/attempt-closed", winner, task.Evidence(1));
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal("task:failed/no-executor", task.Outcome);
        Assert.Equal(2, task.State.Attempts.Count);

        // The pause holds for later tasks, and ends.
        long until = network.State.Nodes[winner.Id].PausedUntilEpoch;
        TestTask next = network.MustSubmit().RunTo(TaskPhase.Claiming);
        Assert.True(network.State.Clock.Epoch < until);
        network.Refused("refused/paused", winner, next.Claim(winner));
        network.AdvanceTo(network.Boundary(until));
        next = network.MustSubmit().RunTo(TaskPhase.Claiming);
        network.Must(winner, next.Claim(winner));
    }
}
