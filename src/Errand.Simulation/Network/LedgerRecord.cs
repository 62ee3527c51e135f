using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>One entry of a ledger. Its signature is checked once for all followers of the process, as one host's services would.</summary>
internal sealed class LedgerRecord(long timeMilliseconds, ReadOnlyMemory<byte> bytes, NetworkId network)
{
    private bool _foreseen;

    public long TimeMilliseconds { get; } = timeMilliseconds;

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public PreparedEntry Prepared { get; } = PreparedEntry.Prepare(network, bytes.Span);

    /// <summary>Has the entry's VRF proof verified once; the fold takes the outcome only for the question that it asks itself.</summary>
    public void Foresee(NetworkState state)
    {
        if (_foreseen) return;
        state.Foresee(Prepared)?.Verify();
        _foreseen = true;
    }
}
