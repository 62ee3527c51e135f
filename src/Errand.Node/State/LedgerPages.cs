using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Reads entries of rising positions, some of them close together, a page at a time.</summary>
internal sealed class LedgerPages(NetworkId network, ILedger ledger)
{
    private const int PageMax = 64;
    private IReadOnlyList<LedgerEntry> _page = [];

    /// <summary>The entry of a position; null when the ledger has none there, or another.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public async Task<PreparedEntry?> TryReadAsync(long position, EntryId id, CancellationToken cancellation)
    {
        if (_page.Count == 0 || position < _page[0].Position || position > _page[^1].Position)
            _page = await ledger.ReadAsync(position, PageMax, cancellation).ConfigureAwait(false);
        if (_page.FirstOrDefault(found => found.Position == position) is not { } entry) return null;
        PreparedEntry prepared = PreparedEntry.Prepare(network, entry.Bytes.Span);
        return prepared.Refusal == RefusalReason.None && prepared.Id == id ? prepared : null;
    }
}
