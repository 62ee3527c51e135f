using CsCheck;

namespace Errand.Protocol.Tests;

/// <summary>Whatever is appended in whatever order: the same state, however the fold holds it in memory.</summary>
public sealed class EquivalenceTests
{
    private static readonly TestNetwork Recorded = Journey.Run("equivalence");

    /// <summary>
    /// A random sequence of entries, many of them out of place, repeated or broken, is folded (a) straight; (b) by a state that is saved
    /// and loaded at random points, which rebuilds every index, in another order of insertion than it grew in; (c) by one whose entries were
    /// prepared backwards, with proofs foreseen at random, and whose root is asked at other times.
    /// </summary>
    [Fact]
    public void Random_sequences_fold_to_the_same_roots_straight_through_snapshots_and_ahead()
    {
        TestRecord[] history = [.. Recorded.History];
        Gen<(int Kind, int Other, int At)> step = Gen.Select(Gen.Int[0, 11], Gen.Int[0, history.Length - 1], Gen.Int[0, 60]);
        Gen.Select(step.Array[history.Length], Gen.Int[5, 60]).Sample(
            (steps, every) =>
            {
                (long Milliseconds, byte[] Bytes)[] entries = [.. Entries(history, steps)];
                var straight = new NetworkState(Recorded.State.Genesis);
                var restored = new NetworkState(Recorded.State.Genesis);
                var ahead = new NetworkState(Recorded.State.Genesis);
                PreparedEntry[] prepared = [.. entries.Reverse().Select(entry => PreparedEntry.Prepare(straight.Network, entry.Bytes)).Reverse()];
                int refusals = 0;
                for (int i = 0; i < entries.Length; i++)
                {
                    (RefusalReason Refusal, int Fired)? expected = Apply(straight, entries[i].Milliseconds, PreparedEntry.Prepare(straight.Network, entries[i].Bytes));
                    if (i % every == every / 2) restored = Reload(restored);
                    Assert.Equal(expected, Apply(restored, entries[i].Milliseconds, PreparedEntry.Prepare(straight.Network, entries[i].Bytes)));
                    if (i % 3 == 0) ahead.ForeseeTogether(prepared.Skip(i).Take(9));
                    Assert.Equal(expected, Apply(ahead, entries[i].Milliseconds, prepared[i]));
                    // Where the cancellation of a waiting upgrade was refused, all stop before the same entry.
                    if (expected is not { } outcome) break;
                    if (outcome.Refusal != RefusalReason.None) refusals++;
                    if (i % every == 0) Assert.Equal(straight.Root(), restored.Root());
                }
                Assert.Equal(straight.Root(), restored.Root());
                Assert.Equal(straight.Root(), ahead.Root());
                Assert.Equal(Save(straight), Save(restored));
                Assert.Equal(Save(straight), Save(ahead));
                Assert.InRange(refusals, 20, entries.Length);
            },
            iter: 6,
            threads: 2);
    }

    // The recorded order with faults: entries that come too early, twice, changed, or not at all.
    private static IEnumerable<(long, byte[])> Entries(TestRecord[] history, (int Kind, int Other, int At)[] steps)
    {
        for (int i = 0; i < history.Length; i++)
        {
            (int kind, int other, int at) = steps[i];
            long now = history[i].Milliseconds;
            switch (kind)
            {
                case 0: yield return (now, history[other].Bytes); break;
                case 1: yield return (now, history[i].Bytes); break;
                case 2: yield return (now, [.. history[i].Bytes.Select((value, index) => index == at ? (byte)(value ^ 1) : value)]); break;
                // Not before half of the history: else hardly anything would apply.
                case 3 when i > history.Length / 2 && at < 5: continue;
                default: break;
            }
            yield return (now, history[i].Bytes);
        }
    }

    private static (RefusalReason Refusal, int Fired)? Apply(NetworkState state, long milliseconds, PreparedEntry entry)
    {
        try
        {
            ApplyResult result = state.Apply(milliseconds, entry);
            return (result.Refusal, result.DeadlinesFired);
        }
        catch (UpgradeNeededException)
        {
            return null;
        }
    }

    private static NetworkState Reload(NetworkState state)
    {
        using var stream = new MemoryStream(Save(state), writable: false);
        Assert.Equal(SnapshotError.None, NetworkState.TryLoad(Recorded.State.Genesis, stream, state.Root(), out NetworkState? loaded));
        return loaded!;
    }

    private static byte[] Save(NetworkState state)
    {
        using var stream = new MemoryStream();
        state.Save(stream);
        return stream.ToArray();
    }
}
