using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>The costly part of folding many entries: signatures on all processors, and proofs, each eight at a time.</summary>
internal static class PagePreparation
{
    private const int Together = 8;

    // Enough proofs at once that processors seldom wait for one another, and far enough to find them: those whose questions are known already.
    private const int ProofsMax = 16 * ForeseenProof.Together, Ahead = 3 * ProofsMax;

    /// <summary>Prepares entries in their order.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static PreparedEntry[] Prepare(NetworkId network, ReadOnlyMemory<byte>[] entries, CancellationToken cancellation)
    {
        var prepared = new PreparedEntry[entries.Length];
        Parallel.For(0, (entries.Length + Together - 1) / Together, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount - 1) }, group =>
        {
            int start = group * Together;
            PreparedEntry.PrepareMany(network, entries.AsSpan(start, Math.Min(Together, entries.Length - start))).CopyTo(prepared, start);
        });
        return prepared;
    }

    /// <summary>Gives entry after entry to be applied at once, with its proof verified together with those of later ones.</summary>
    internal static IEnumerable<PreparedEntry> Foreseen(NetworkState state, IEnumerable<PreparedEntry> prepared)
    {
        var waiting = new Queue<PreparedEntry>(prepared);
        while (waiting.Count > 0)
        {
            IReadOnlyList<ForeseenProof> proofs = state.ForeseeAhead(waiting.Take(Ahead), ProofsMax);
            if (proofs.Count > 1)
            {
                ForeseenProof[][] groups = [.. proofs.Chunk(ForeseenProof.Together)];
                Parallel.For(0, groups.Length, group => ForeseenProof.VerifyAll(groups[group]));
            }
            yield return waiting.Dequeue();
        }
    }
}
