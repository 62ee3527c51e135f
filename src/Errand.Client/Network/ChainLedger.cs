using Errand.Ledger;

namespace Errand.Client;

/// <summary>A ledger that is read from its chain, and appended to through a node of the network, which pays.</summary>
/// <remarks>The node is not believed: an append ends when the chain finally holds the entry where the node says.</remarks>
internal sealed class ChainLedger : ILedger, IDisposable
{
    private const int FilesMax = 8;

    private readonly EvmLedger _chain;
    private readonly HttpLedger _door;

    private ChainLedger(EvmLedger chain, HttpLedger door)
    {
        _chain = chain;
        _door = door;
    }

    internal static async ValueTask<ChainLedger> OpenAsync(EvmChain chain, ChainAccess access, HttpLedger door, TimeProvider time, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(access.File))!);
        for (int number = 1; ; number++)
        {
            string file = number == 1 ? access.File : $"{access.File}-{number}";
            try
            {
                return new ChainLedger(await EvmLedger.OpenAsync(new EvmLedgerOptions { Chain = chain, Endpoints = access.Endpoints, Path = file, Warn = access.Warn }, time, cancellation).ConfigureAwait(false), door);
            }
            catch (LedgerException fault) when (fault.Fault == LedgerFault.InUse && number < FilesMax)
            {
                // Another command reads with it: this one reads for itself.
            }
        }
    }

    public async ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default)
    {
        LedgerPosition said = await _door.AppendAsync(entry, cancellation).ConfigureAwait(false);
        await foreach (LedgerEntry held in _chain.FollowAsync(said.Position, cancellation).ConfigureAwait(false))
        {
            if (held.Bytes.Span.SequenceEqual(entry.Span)) return new LedgerPosition(held.Position, held.TimeMilliseconds);
            throw new LedgerException(LedgerFault.Damaged, $"The network's node says that the entry lies at {said.Position}; the chain has another there.", said.Position);
        }
        throw new ObjectDisposedException(nameof(ChainLedger));
    }

    public ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default) => _chain.ReadAsync(fromPosition, countMax, cancellation);

    public IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, CancellationToken cancellation = default) => _chain.FollowAsync(fromPosition, cancellation);

    public ValueTask<long> CountAsync(CancellationToken cancellation = default) => _chain.CountAsync(cancellation);

    public void Dispose()
    {
        _door.Dispose();
        // Its loop ends at once, and never comes back to this thread.
        _chain.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
