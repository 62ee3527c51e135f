using Errand.Cryptography;
using Errand.Ledger;

namespace Errand.Client;

/// <summary>A ledger that wants to know who appends.</summary>
public interface ICallerLedger : ILedger
{
    /// <summary>As <see cref="ILedger.AppendAsync"/>, on behalf of a key.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.NotAdmitted"/>: the ledger takes nothing from this key; and as there.</exception>
    ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, SigningKey caller, CancellationToken cancellation = default);
}
