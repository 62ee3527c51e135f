using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation.Tests;

/// <summary>Statistics of draws, from fixed seeds. Beacon, seed and lottery inputs are the protocol's; where a VRF output is wanted in great
/// numbers, SHA-512 over a secret and the input stands for it: even, and known to its owner alone.</summary>
public sealed class DrawStatisticsTests
{
    private const int Executors = 10, Coalition = 2, Verifiers = 10;

    private static readonly NetworkId Network = new(new Bytes32(SHA256.HashData("draws"u8)));

    [Fact]
    public void T_04_last_owner_grind_statistic()
    {
        Assert.InRange(CoalitionShare(seedKnownToOwner: false, withholdingVerifiers: 0), 0.185, 0.215);
    }

    [Fact]
    public void T_04_last_owner_grind_statistic_with_withheld_tickets()
    {
        Assert.InRange(CoalitionShare(seedKnownToOwner: false, withholdingVerifiers: 2), 0.185, 0.255);
    }

    [Fact]
    public void T_04_would_find_a_seed_that_the_last_owner_knows()
    {
        Assert.True(CoalitionShare(seedKnownToOwner: true, withholdingVerifiers: 0) > 0.9);
    }

    [Fact]
    public void T_13_beacon_withhold_bound()
    {
        const int epochs = 100_000;
        var chance = new Chance(13);
        Bytes32 randomness = new TaggedHash(Tags.BeaconGenesis).Add(Network.Value).ToDigest();
        int successes = 0;
        for (ulong epoch = 0; epoch < epochs; epoch++)
        {
            randomness = NextBeacon(chance, epoch, randomness, withholding: 2, Suits);
            if (Suits(randomness)) successes++;
        }
        // The bound 1 − (1−x)(1−f)/(1−f(1−x)) is 0.238 for f = x = 0.2; without withholding it would be 0.2.
        Assert.InRange(successes / (double)epochs, 0.21, 0.245);

        static bool Suits(Bytes32 value) => BitConverter.ToUInt32(value.ToArray()) < uint.MaxValue / 5;
    }

    [Fact]
    public void Executors_are_drawn_evenly()
    {
        // Real VRF proofs. Chi-square with 3 degrees of freedom: above 16.27 in one of a thousand series; this one is fixed.
        const int draws = 1_200;
        Identity[] executors = [.. Enumerable.Range(0, 4).Select(i => Identity.Of($"drawn executor {i}"))];
        var wins = new int[executors.Length];
        var chance = new Chance(4);
        for (int draw = 0; draw < draws; draw++)
        {
            byte[] input = Lottery.Input(Network, CommitteeRole.Claim, new Bytes32(chance.Bytes(32)), new Bytes32(chance.Bytes(32)), 0, 0);
            byte[][] outputs = [.. executors.Select(executor => Identity.Output(executor.Prove(input)))];
            wins[Lowest(outputs)]++;
        }
        double expected = draws / (double)executors.Length;
        Assert.InRange(wins.Sum(count => (count - expected) * (count - expected) / expected), 0, 16.27);
    }

    [Fact]
    public void Seats_are_as_many_as_tau_on_average()
    {
        const int rounds = 200;
        Identity[] verifiers = [.. Enumerable.Range(0, 20).Select(i => Identity.Of($"drawn verifier {i}"))];
        var chance = new Chance(5);
        int seats = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] input = Lottery.Input(Network, CommitteeRole.Task, new Bytes32(chance.Bytes(32)), new Bytes32(chance.Bytes(32)), 1, 1);
            seats += verifiers.Count(verifier => Lottery.HasSeat(Identity.Output(verifier.Prove(input)), verifiers.Length, 8));
        }
        // Binomial: 1,600 ± 4 standard deviations of 31.
        Assert.InRange(seats, 1_476, 1_724);
    }

    // The last owner sees all other outputs and its own. It accepts if the coalition would win under the randomness that it knows, and
    // otherwise lets its one accept go; only accepted tasks are drawn.
    private static double CoalitionShare(bool seedKnownToOwner, int withholdingVerifiers)
    {
        const int runs = 10_000;
        var chance = new Chance(44);
        byte[][] secrets = [.. Enumerable.Range(0, Executors).Select(_ => chance.Bytes(32))];
        Bytes32 randomness = new TaggedHash(Tags.BeaconGenesis).Add(Network.Value).ToDigest();
        int drawn = 0, won = 0;
        ulong epoch = 0;
        while (drawn < runs)
        {
            var task = new TaskId(new Bytes32(chance.Bytes(32)));
            byte[] first = chance.Bytes(64), last = chance.Bytes(64);
            Bytes32 known = randomness;
            bool CoalitionWins(Bytes32 beacon) => Winner(secrets, task, Seed(task, first, last, beacon)) < Coalition;
            bool accepts = CoalitionWins(known);
            randomness = NextBeacon(chance, epoch++, randomness, withholding: 0, _ => true);
            randomness = NextBeacon(chance, epoch++, randomness, withholdingVerifiers, CoalitionWins);
            if (!accepts) continue;
            drawn++;
            if (CoalitionWins(seedKnownToOwner ? known : randomness)) won++;
        }
        return won / (double)runs;
    }

    private static Bytes32 Seed(TaskId task, byte[] first, byte[] last, Bytes32 beacon) =>
        new TaggedHash(Tags.Seed).Add(Network.Value).Add(task.Value).Add(first).Add(last).Add(beacon).ToDigest();

    private static int Winner(byte[][] secrets, TaskId task, Bytes32 seed)
    {
        byte[] input = Lottery.Input(Network, CommitteeRole.Claim, task.Value, seed, 0, 0);
        return Lowest([.. secrets.Select(secret => SHA512.HashData([.. secret, .. input]))]);
    }

    // The first verifiers are the attacker's: it leaves out its lowest tickets as long as what comes next does not suit it.
    private static Bytes32 NextBeacon(Chance chance, ulong epoch, Bytes32 randomness, int withholding, Func<Bytes32, bool> suits)
    {
        (byte[] Beta, int Verifier)[] tickets = [.. Enumerable.Range(0, Verifiers).Select(i => (chance.Bytes(64), i))];
        Array.Sort(tickets, (one, other) => one.Beta.AsSpan().SequenceCompareTo(other.Beta));
        foreach ((byte[] beta, int verifier) in tickets)
        {
            Bytes32 next = new TaggedHash(Tags.Beacon).Add(Network.Value).Add(epoch).Add(randomness).Add(beta).ToDigest();
            if (verifier >= withholding || suits(next)) return next;
        }
        throw new InvalidOperationException("The last ticket is an honest one's or suits.");
    }

    private static int Lowest(byte[][] outputs)
    {
        int lowest = 0;
        for (int i = 1; i < outputs.Length; i++)
            if (outputs[i].AsSpan().SequenceCompareTo(outputs[lowest]) < 0) lowest = i;
        return lowest;
    }
}
