using Errand.Ledger;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>The evidence that came last, by ledger position. Bounded; what has dropped out is found by folding the ledger again.</summary>
internal sealed class EvidenceArchive
{
    private const int CountMax = 256;
    private const int ReadCount = 512;

    private readonly Dictionary<long, ArchivedEvidence> _kept = [];
    private readonly Queue<long> _order = new();

    public void Add(long position, ArchivedEvidence evidence)
    {
        if (!_kept.TryAdd(position, evidence)) return;
        _order.Enqueue(position);
        if (_order.Count > CountMax) _kept.Remove(_order.Dequeue());
    }

    public ArchivedEvidence? Find(long position) => _kept.GetValueOrDefault(position);

    /// <summary>Folds the ledger from its first entry up to a position and gives the evidence that was brought there; null if none was.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public static async Task<ArchivedEvidence?> ReadAgainAsync(ILedger ledger, Genesis genesis, long position, CancellationToken cancellation)
    {
        var state = new NetworkState(genesis);
        var book = new CaseBook();
        while (state.NextPosition <= position)
        {
            IReadOnlyList<LedgerEntry> entries = await ledger.ReadAsync(state.NextPosition, ReadCount, cancellation).ConfigureAwait(false);
            if (entries.Count == 0) return null;
            foreach (LedgerEntry entry in entries.TakeWhile(entry => entry.Position <= position))
            {
                cancellation.ThrowIfCancellationRequested();
                ApplyResult result = state.Apply(entry.TimeMilliseconds, entry.Bytes.Span);
                if (result.Applied) book.Note(state, entry.Position, result);
            }
        }
        return book.Archive.Find(position);
    }
}
