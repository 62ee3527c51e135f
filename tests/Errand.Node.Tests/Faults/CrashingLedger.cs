using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>A ledger as a program sees it that dies when it appends its first entry of a kind: the entry never gets there.</summary>
internal sealed class CrashingLedger(ILedger inner, NetworkId network, EntryKind kind) : ICallerLedger
{
    private readonly TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Crashed => _crashed.Task;

    public ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default)
    {
        CrashAt(entry);
        return inner.AppendAsync(entry, cancellation);
    }

    public ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, SigningKey caller, Action? durable, CancellationToken cancellation = default)
    {
        CrashAt(entry);
        return inner.AppendAsync(entry, caller, durable, cancellation);
    }

    public ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default) => inner.ReadAsync(fromPosition, countMax, cancellation);

    public IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, CancellationToken cancellation = default) => inner.FollowAsync(fromPosition, cancellation);

    public ValueTask<long> CountAsync(CancellationToken cancellation = default) => inner.CountAsync(cancellation);

    private void CrashAt(ReadOnlyMemory<byte> entry)
    {
        if (!_crashed.Task.IsCompleted && PreparedEntry.Prepare(network, entry.Span).Body?.Kind != kind) return;
        _crashed.TrySetResult();
        throw new LedgerException(LedgerFault.Transport, "The program has crashed.");
    }
}
