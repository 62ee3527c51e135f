using Errand.Cryptography;
using Errand.Ledger;

namespace Errand.Client;

/// <summary>Appends on behalf of a key, where the ledger wants to know one.</summary>
public static class CallerLedgers
{
    /// <summary>Appends an entry; tells the ledger whose request it is if it asks. <see cref="ICallerLedger"/> says when <paramref name="durable"/> is called.</summary>
    public static ValueTask<LedgerPosition> AppendAsync(this ILedger ledger, ReadOnlyMemory<byte> entry, SigningKey caller, Action? durable, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return ledger is ICallerLedger asks ? asks.AppendAsync(entry, caller, durable, cancellation) : ledger.AppendAsync(entry, cancellation);
    }
}
