using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>The history of 10,000 entries that other implementations can fold: its outcomes and roots.</summary>
public sealed class LongHistoryTests
{
    [Fact]
    public void The_history_folds_to_its_outcomes_and_roots()
    {
        LongHistoryRecord vector = LongHistoryVector.Read();
        List<(long Milliseconds, byte[] Bytes)> entries = LongHistoryVector.ReadEntries();
        Assert.Equal(LongHistory.Length, entries.Count);
        Assert.Equal(GenesisError.None, Genesis.TryDecode(Convert.FromHexString(vector.Genesis), out Genesis? genesis));
        Assert.Equal(vector.Roots, HistoryFold.Roots(genesis!, entries, out List<int> outcomes));
        Assert.Equal(LongHistoryVector.Expand(vector.Outcomes), outcomes);
        Assert.Equal(LongHistory.Length / LongHistoryVector.RootEvery, vector.Roots.Distinct().Count());
        var tree = new MerkleAccumulator();
        foreach ((long milliseconds, byte[] bytes) in entries) tree.Append([.. BitConverter.GetBytes(milliseconds).Reverse(), .. bytes]);
        Assert.Equal(vector.TreeRoot, tree.Root.ToString());
    }

    /// <summary>Wherever a fold is left for a snapshot and taken up again, outcomes and roots are those of the vector.</summary>
    [Fact]
    public void A_fold_that_begins_again_from_snapshots_at_random_positions_has_the_same_outcomes_and_roots()
    {
        LongHistoryRecord vector = LongHistoryVector.Read();
        List<(long Milliseconds, byte[] Bytes)> entries = LongHistoryVector.ReadEntries();
        int[] outcomes = [.. LongHistoryVector.Expand(vector.Outcomes)];
        Genesis.TryDecode(Convert.FromHexString(vector.Genesis), out Genesis? genesis);
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var chance = new Random(seed);
        HashSet<int> begins = [.. Enumerable.Range(0, 60).Select(_ => chance.Next(1, entries.Count))];
        var state = new NetworkState(genesis!);
        for (int i = 0; i < entries.Count; i++)
        {
            if (begins.Contains(i)) state = BeginAgain(state);
            Assert.Equal((i, outcomes[i]), (i, (int)state.Apply(entries[i].Milliseconds, entries[i].Bytes).Refusal));
            if ((i + 1) % LongHistoryVector.RootEvery == 0) Assert.Equal(vector.Roots[(i + 1) / LongHistoryVector.RootEvery - 1], state.Root().ToString());
        }
    }

    private static NetworkState BeginAgain(NetworkState state)
    {
        using var snapshot = new MemoryStream();
        state.Save(snapshot);
        snapshot.Position = 0;
        Assert.Equal(SnapshotError.None, NetworkState.TryLoadSigned(state.Genesis, snapshot, StateCheckpoint.Of(state), out NetworkState? loaded));
        return loaded!;
    }

    [Fact]
    public void It_holds_every_kind_of_entry_and_every_refusal_that_an_entry_can_meet()
    {
        LongHistoryRecord vector = LongHistoryVector.Read();
        List<(long Milliseconds, byte[] Bytes)> entries = LongHistoryVector.ReadEntries();
        Genesis.TryDecode(Convert.FromHexString(vector.Genesis), out Genesis? genesis);
        int[] outcomes = [.. LongHistoryVector.Expand(vector.Outcomes)];
        SortedDictionary<int, int> first = LongHistoryVector.FirstRefusals(outcomes);
        IEnumerable<int> expected = Enum.GetValues<RefusalReason>().Where(reason => reason != RefusalReason.None && !RefusalTour.OutOfReach.ContainsKey(reason)).Select(reason => (int)reason).Order();
        Assert.Equal(expected, first.Keys);
        NetworkId network = genesis!.NetworkId();
        IEnumerable<EntryKind> kinds = entries.Where((_, i) => outcomes[i] == 0).Select(entry => PreparedEntry.Prepare(network, entry.Bytes).Body!.Kind).Distinct().Order();
        Assert.Equal(Enum.GetValues<EntryKind>(), kinds);
        if (ProtocolVectors.Rewrite) ProtocolVectors.Save("refusals", first.Select(pair => new RefusalVector(pair.Key, ((RefusalReason)pair.Key).Code(), pair.Value)).ToArray());
        Assert.Equal(first.Select(pair => new RefusalVector(pair.Key, ((RefusalReason)pair.Key).Code(), pair.Value)), ProtocolVectors.Load<RefusalVector[]>("refusals"));
    }

    [Fact]
    public void The_tour_meets_each_refusal()
    {
        TestNetwork network = TestNetwork.WithExecutors("tour", executors: 4);
        RefusalTour.Take(network);
        Assert.Equal(
            Enum.GetValues<RefusalReason>().Where(reason => !RefusalTour.OutOfReach.ContainsKey(reason)).Order(),
            network.History.Select(record => record.Refusal).Distinct().Order());
    }

    /// <summary>T-73: other processes, whose language, time zone and seed of string hashes are others, come to the same roots.</summary>
    [Fact]
    public async Task T_73_culture_time_zone_and_hash_seed_of_other_processes()
    {
        LongHistoryRecord vector = LongHistoryVector.Read();
        HistoryFoldProcess[] processes =
        [
            new("tr_TR.UTF-8", "Pacific/Kiritimati"),
            new("de_DE.UTF-8", "America/St_Johns"),
        ];
        var hashes = new HashSet<int>();
        foreach (HistoryFoldProcess process in processes)
        {
            HistoryFoldReport report = await process.RunAsync(TestContext.Current.CancellationToken);
            if (process.KnowsTimeZone) Assert.Equal(process.TimeZone, report.TimeZone);
            Assert.Equal(vector.Roots[^1], report.Root);
            hashes.Add(report.HashOfText);
        }
        // The seeds of hashes did differ: else the runs would show nothing about them.
        Assert.Equal(processes.Length, hashes.Count);
    }
}

/// <param name="Number">The refusal's number.</param>
/// <param name="Code">Its code.</param>
/// <param name="Position">The first entry of history-10000 that is refused for it.</param>
internal sealed record RefusalVector(int Number, string Code, int Position);
