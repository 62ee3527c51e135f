using Errand.Cryptography;
using Errand.Ledger;

namespace Errand.Client;

/// <summary>A ledger that wants to know who appends.</summary>
public interface ICallerLedger : ILedger
{
    /// <summary>As <see cref="ILedger.AppendAsync"/>, on behalf of a key.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.NotAdmitted"/>: the ledger takes nothing from this key; and as there.</exception>
    /// <param name="entry">As there.</param>
    /// <param name="caller">Who appends.</param>
    /// <param name="durable">Called, at most once, when the entry has its place and cannot be overtaken by one that is appended later; final it is when the call ends.</param>
    /// <param name="cancellation">As there.</param>
    ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, SigningKey caller, Action? durable, CancellationToken cancellation = default);
}
