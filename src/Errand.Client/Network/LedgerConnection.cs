using Errand.Ledger;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Connects to a network's ledger, in the way that its genesis asks for.</summary>
public sealed class LedgerConnection : IDisposable
{
    private const int TriesMax = 30;
    // Some chains take a quarter of an hour to be final.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), ChainAppendTimeout = TimeSpan.FromMinutes(30);

    private readonly IDisposable _held;
    private readonly Func<CancellationToken, ValueTask<byte[]?>> _checkpoint;

    private LedgerConnection(ILedger ledger, IDisposable held, Func<CancellationToken, ValueTask<byte[]?>> checkpoint)
    {
        Ledger = ledger;
        _held = held;
        _checkpoint = checkpoint;
    }

    /// <summary>The ledger; with witnesses, nothing that it gives lacks their quorum.</summary>
    public ILedger Ledger { get; }

    /// <summary>
    /// Connects. A genesis with witnesses is never taken at less than its word; without, a host that serves proofs is asked for them. One that names a chain is read
    /// from there if it is said how, and otherwise from the host, which is then believed.
    /// </summary>
    /// <param name="address">Base URL of a ledger, or to read only, of a mirror.</param>
    /// <param name="genesis">The network.</param>
    /// <param name="memoryFile">A file for the newest checkpoint seen; null to remember nothing.</param>
    /// <param name="found">Told of every proof that the ledger lied; null for nobody.</param>
    /// <param name="access">How a chain is read; null to read from the host. Without a chain in the genesis it is not used.</param>
    /// <param name="time">For pauses and timeouts.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="LedgerException">A genesis without witnesses, and its host cannot be reached; the memory file is damaged; the chain cannot be read.</exception>
    public static async ValueTask<LedgerConnection> OpenAsync(
        Uri address, Genesis genesis, string? memoryFile, Action<LedgerEvidence>? found, ChainAccess? access, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        if (genesis.EvmChain() is { } chain)
        {
            var door = new HttpLedger(address, time, ChainAppendTimeout);
            try
            {
                if (access is null) return new LedgerConnection(door, door, door.CheckpointAsync);
                ChainLedger ledger = await ChainLedger.OpenAsync(chain, access, door, time, cancellation).ConfigureAwait(false);
                return new LedgerConnection(ledger, ledger, door.CheckpointAsync);
            }
            catch
            {
                door.Dispose();
                throw;
            }
        }
        bool proven = !genesis.Witnesses.Witnesses.IsEmpty;
        if (!proven) proven = await IsServedAsync(address, time, cancellation).ConfigureAwait(false);
        if (!proven)
        {
            var plain = new HttpLedger(address, time);
            return new LedgerConnection(plain, plain, plain.CheckpointAsync);
        }
        var served = new ServedLedger(
            new ServedLedgerOptions { Address = address, Network = genesis.NetworkId(), Quorum = ServedLedgerOptions.QuorumOf(genesis), MemoryFile = memoryFile, Found = found }, time);
        return new LedgerConnection(served, served, served.CheckpointAsync);
    }

    /// <summary>The ledger's newest signed note; null before the first.</summary>
    public ValueTask<byte[]?> CheckpointAsync(CancellationToken cancellation) => _checkpoint(cancellation);

    /// <inheritdoc/>
    public void Dispose() => _held.Dispose();

    private static async ValueTask<bool> IsServedAsync(Uri address, TimeProvider time, CancellationToken cancellation)
    {
        using var http = new ServedLedgerHttp(address, time);
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await http.IsServedAsync(cancellation).ConfigureAwait(false);
            }
            catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport && tries < TriesMax)
            {
                await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
            }
        }
    }
}
