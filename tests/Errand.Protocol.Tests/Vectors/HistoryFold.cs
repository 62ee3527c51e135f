namespace Errand.Protocol.Tests;

/// <summary>Folds recorded entries.</summary>
internal static class HistoryFold
{
    /// <summary>The state roots after every 500 entries, and what became of each entry.</summary>
    public static List<string> Roots(Genesis genesis, IReadOnlyList<(long Milliseconds, byte[] Bytes)> entries, out List<int> outcomes)
    {
        var state = new NetworkState(genesis);
        // Checks of the bytes alone need no order; the fold takes them in theirs.
        PreparedEntry[] prepared = [.. entries.AsParallel().AsOrdered().Select(entry => PreparedEntry.Prepare(state.Network, entry.Bytes))];
        var roots = new List<string>();
        outcomes = [];
        for (int i = 0; i < prepared.Length; i++)
        {
            outcomes.Add((int)state.Apply(entries[i].Milliseconds, prepared[i]).Refusal);
            if (outcomes.Count % LongHistoryVector.RootEvery == 0) roots.Add(state.Root().ToString());
        }
        return roots;
    }
}
