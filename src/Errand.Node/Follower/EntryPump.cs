using System.Threading.Channels;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Reads ahead of the fold and checks frames and signatures beside it. The order stays.</summary>
/// <remarks>Signatures are checked eight at a time while entries are there to be had; none waits for others to come.</remarks>
internal sealed class EntryPump(ILedger ledger, NetworkId network, ChannelWriter<(LedgerEntry Entry, PreparedEntry Prepared)> queue)
{
    private const int Together = 8;
    private readonly List<LedgerEntry> _group = new(Together);

    /// <summary>Passes entries on from a position for as long as the ledger gives some, then completes the queue; with the fault if there was one.</summary>
    public async Task RunAsync(long from, CancellationToken cancellation)
    {
        try
        {
            await FollowAsync(from, cancellation).ConfigureAwait(false);
            queue.Complete();
        }
#pragma warning disable CA1031 // Handed to the reader, which stops on it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            queue.Complete(fault);
        }
    }

    private async Task FollowAsync(long from, CancellationToken cancellation)
    {
        IAsyncEnumerator<LedgerEntry> entries = ledger.FollowAsync(from, cancellation).GetAsyncEnumerator(cancellation);
        Task<bool> next = Task.FromResult(false);
        try
        {
            do
            {
                next = entries.MoveNextAsync().AsTask();
                if (_group.Count == Together || !next.IsCompleted) await PassOnAsync(cancellation).ConfigureAwait(false);
                if (await next.ConfigureAwait(false)) _group.Add(entries.Current);
            }
            while (next.Result);
            await PassOnAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            // An enumerator must not be disposed of while it looks for its next.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await entries.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task PassOnAsync(CancellationToken cancellation)
    {
        PreparedEntry[] prepared = PreparedEntry.PrepareMany(network, [.. _group.Select(entry => entry.Bytes)]);
        for (int i = 0; i < prepared.Length; i++) await queue.WriteAsync((_group[i], prepared[i]), cancellation).ConfigureAwait(false);
        _group.Clear();
    }
}
