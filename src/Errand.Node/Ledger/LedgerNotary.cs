using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>Signs checkpoints over what a ledger without a tree of its own has shown. Whoever believes them believes this process.</summary>
public sealed class LedgerNotary : IAsyncDisposable
{
    private readonly NoteSigner _signer;
    private readonly MerkleAccumulator _tree = new();
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;
    private string? _note;
    private long _signed = -1;

    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LedgerNotary(ILedger ledger, NoteSigner signer, long count)
    {
        _signer = signer;
        if (count == 0) _caughtUp.SetResult();
        _following = Task.Run(() => FollowAsync(ledger, count));
    }

    /// <summary>Follows a ledger from its first entry, and waits until it has read all that there is: a smaller tree than one signed before would look as if the ledger had been rolled back.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public static async Task<LedgerNotary> StartAsync(ILedger ledger, NoteSigner signer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var notary = new LedgerNotary(ledger, signer, await ledger.CountAsync(cancellation).ConfigureAwait(false));
        try
        {
            await notary._caughtUp.Task.WaitAsync(cancellation).ConfigureAwait(false);
            return notary;
        }
        catch
        {
            await notary.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A checkpoint over all entries seen so far, as a signed note.</summary>
    public string Note
    {
        get
        {
            lock (_gate)
            {
                if (_note is null || _signed != _tree.Count) _note = new Checkpoint(_signer.VerifierKey.Name, _tree.Count, _tree.Root).Sign(_signer).Note.ToString();
                _signed = _tree.Count;
                return _note;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task FollowAsync(ILedger ledger, long count)
    {
        try
        {
            await foreach (LedgerEntry entry in ledger.FollowAsync(0, _stop.Token).ConfigureAwait(false))
            {
                lock (_gate) _tree.AppendLeafHash(LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span));
                if (entry.Position + 1 >= count) _caughtUp.TrySetResult();
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or LedgerException)
        {
            // Without new entries there is nothing new to sign; the services that follow the same ledger say what is wrong with it.
            _caughtUp.TrySetException(ended);
        }
    }
}
