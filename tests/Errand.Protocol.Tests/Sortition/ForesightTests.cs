using CsCheck;
using Errand.Cryptography;

namespace Errand.Protocol.Tests;

public sealed class ForesightTests
{
    private static readonly TestNetwork Recorded = Journey.Run();

    [Fact]
    public void What_is_foreseen_never_changes_an_outcome_or_a_root()
    {
        TestRecord[] history = [.. Recorded.History];
        string expected = Recorded.State.Root().ToString();
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 3].Array[history.Length]).Sample(
            (distance, treatment) =>
            {
                var state = new NetworkState(Recorded.State.Genesis);
                PreparedEntry[] entries = [.. history.Select(record => PreparedEntry.Prepare(state.Network, record.Bytes))];
                int foreseen = 0;
                for (int i = 0; i < history.Length; i++)
                {
                    for (; foreseen < Math.Min(history.Length, i + distance + 1); foreseen++)
                    {
                        // Some are verified ahead, some twice, some foreseen only, some not at all.
                        if (treatment[foreseen] == 0) continue;
                        ForeseenProof? proof = state.Foresee(entries[foreseen]);
                        if (treatment[foreseen] >= 2) proof?.Verify();
                        if (treatment[foreseen] == 3) proof?.Verify();
                    }
                    Assert.Equal(history[i].Refusal, state.Apply(history[i].Milliseconds, entries[i]).Refusal);
                }
                Assert.Equal(expected, state.Root().ToString());
            },
            iter: 8,
            threads: 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(192)]
    public void Proofs_of_waiting_entries_are_verified_together_and_outcomes_stay(int window)
    {
        var state = new NetworkState(Recorded.State.Genesis);
        PreparedEntry[] entries = [.. Recorded.History.Select(record => PreparedEntry.Prepare(state.Network, record.Bytes))];
        int ahead = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            state.ForeseeTogether(entries.Skip(i).Take(window));
            if (entries[i].Foreseen is { IsVerified: true }) ahead++;
            Assert.Equal(Recorded.History[i].Refusal, state.Apply(Recorded.History[i].Milliseconds, entries[i]).Refusal);
        }
        Assert.Equal(Recorded.State.Root(), state.Root());
        int proofs = entries.Count(entry => entry.Body is AcceptEntry or ClaimEntry or VerdictEntry or RegisterEntry or TicketEntry);
        // With nothing to look at behind the first, each is left to the fold; else most go with others.
        if (window == 1) Assert.Equal(0, ahead);
        else Assert.InRange(ahead, proofs * 3 / 4, proofs);
    }

    [Fact]
    public void Most_proofs_are_foreseen()
    {
        var state = new NetworkState(Recorded.State.Genesis);
        int proofs = 0;
        int foreseen = 0;
        foreach (TestRecord record in Recorded.History)
        {
            PreparedEntry entry = PreparedEntry.Prepare(state.Network, record.Bytes);
            // The proof of one that has been banned is not looked at.
            if (entry.Body is AcceptEntry or ClaimEntry or VerdictEntry or RegisterEntry or TicketEntry && record.Refusal != RefusalReason.Disqualified) proofs++;
            if (state.Foresee(entry) is not null) foreseen++;
            state.Apply(record.Milliseconds, entry);
        }
        Assert.Equal(proofs, foreseen);
    }

    [Fact]
    public void An_answer_to_another_question_is_none()
    {
        TestActor prover = Recorded.Verifiers[1];
        TestActor other = Recorded.Verifiers[2];
        byte[] input = [1, 2, 3];
        byte[] proof = prover.Prove(input);
        var foreseen = new ForeseenProof(prover.Vrf.PublicKey, input, proof);
        var beta = new byte[Vrf.OutputSize];
        Assert.False(foreseen.TryAnswer(prover.Vrf.PublicKey, input, proof, beta, out _));
        foreseen.Verify();
        Assert.True(foreseen.TryAnswer(prover.Vrf.PublicKey, input, proof, beta, out bool holds));
        Assert.True(holds);
        var expected = new byte[Vrf.OutputSize];
        Assert.True(Vrf.TryVerify(prover.Vrf.PublicKey, input, proof, expected));
        Assert.Equal(expected, beta);

        Assert.False(foreseen.TryAnswer(other.Vrf.PublicKey, input, proof, beta, out holds));
        Assert.False(foreseen.TryAnswer(prover.Vrf.PublicKey, [1, 2, 4], proof, beta, out holds));
        Assert.False(foreseen.TryAnswer(prover.Vrf.PublicKey, input, other.Prove(input), beta, out holds));
        Assert.False(holds);
    }

    [Fact]
    public void A_proof_that_does_not_hold_is_refused_as_without_foresight()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor verifier = network.Verifiers[0];
        VerdictEntry wrong = network.TaskVerdict(verifier, task.State, accept: true) with { Proof = verifier.Prove([1]) };
        PreparedEntry entry = PreparedEntry.Prepare(network.Network, network.Sign(verifier, wrong));
        network.State.Foresee(entry)!.Verify();
        Assert.Equal("vrf-proof", network.State.Apply(network.Now, entry).Refusal.Code());
    }

    [Fact]
    public void A_guess_that_the_state_has_overtaken_is_not_used()
    {
        // Foreseen for round 1; when it is applied, round 2 runs: late, whatever the proof was worth.
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor verifier = network.Verifiers[0];
        PreparedEntry entry = PreparedEntry.Prepare(network.Network, network.Sign(verifier, network.TaskVerdict(verifier, task.State, accept: true)));
        network.State.Foresee(entry)!.Verify();
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal("late", network.State.Apply(network.Now, entry).Refusal.Code());
    }
}
