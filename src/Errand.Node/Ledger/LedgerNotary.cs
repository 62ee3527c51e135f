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

    /// <summary>Follows a ledger from its first entry.</summary>
    public LedgerNotary(ILedger ledger, NoteSigner signer)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        _signer = signer;
        _following = Task.Run(() => FollowAsync(ledger));
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

    private async Task FollowAsync(ILedger ledger)
    {
        try
        {
            await foreach (LedgerEntry entry in ledger.FollowAsync(0, _stop.Token).ConfigureAwait(false))
                lock (_gate) _tree.AppendLeafHash(LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span));
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or LedgerException)
        {
            // Without new entries there is nothing new to sign; the services that follow the same ledger say what is wrong with it.
        }
    }
}
