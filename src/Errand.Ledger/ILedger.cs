namespace Errand.Ledger;

/// <summary>An ordered log of opaque entries: what the network's state is folded from (docs/protocol.md section 2).</summary>
/// <remarks>
/// Every backend promises, and <c>LedgerContract</c> in the tests holds it to this:
/// <list type="bullet">
/// <item>Positions count from 0 without gaps; each entry has one, and it never changes.</item>
/// <item>Only final entries are read or followed: they are durable, and no entry before them can change, vanish or appear.</item>
/// <item>The bytes read are the bytes appended; the ledger never interprets them, and the same bytes twice are two entries.</item>
/// <item>Times never go backwards from one position to the next.</item>
/// <item>All members may be called from any number of threads at once.</item>
/// </list>
/// Disk, network and the like fail with <see cref="LedgerException"/>.
/// </remarks>
public interface ILedger
{
    /// <summary>Appends an entry and waits until it is durable and final.</summary>
    /// <param name="entry">1 … <see cref="LedgerLimits.EntrySizeBytesMax"/> bytes, left unchanged by the caller until the call ends.</param>
    /// <param name="cancellation">Ends the wait. An entry whose append was cancelled may be in the log or not; what a backend promises beyond that it says itself.</param>
    /// <returns>The entry's position and time.</returns>
    /// <exception cref="ArgumentException">The entry is empty or too long.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was set.</exception>
    ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default);

    /// <summary>Reads final entries in order, beginning at a position.</summary>
    /// <param name="fromPosition">0 or more; at or beyond the end the answer is empty.</param>
    /// <param name="countMax">1 or more; how many entries the caller takes at once.</param>
    /// <param name="cancellation">Ends the read.</param>
    /// <returns>
    /// Consecutive entries from <paramref name="fromPosition"/> on. At least one if that entry is final; a backend may give fewer
    /// than asked for, so only an empty answer means the end.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fromPosition"/> or <paramref name="countMax"/> is out of range.</exception>
    ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default);

    /// <summary>Gives every final entry from a position on, each once and in order, and goes on for ever as entries arrive.</summary>
    /// <param name="fromPosition">0 or more; may lie beyond the end.</param>
    /// <param name="cancellation">Ends the sequence with an <see cref="OperationCanceledException"/>: nothing else but a fault ends it.</param>
    IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, CancellationToken cancellation = default);

    /// <summary>How many entries are final: the position the next one will have at the least. Never decreases.</summary>
    ValueTask<long> CountAsync(CancellationToken cancellation = default);
}
