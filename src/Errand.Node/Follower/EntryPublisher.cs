using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Signs entries of one participant, numbers them upwards and appends them in that order.</summary>
/// <remarks>
/// Numbers are microseconds since 1970, or one more than the last: two programs of one owner (a broker and a command line) then
/// hardly ever collide, and where they do the later entry is refused for its sequence and signed anew.
/// </remarks>
public sealed class EntryPublisher(ILedger ledger, NetworkId network, SigningKey key, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private ulong _last;

    /// <summary>Signs and appends an entry; returns its id once it is durable.</summary>
    public async Task<EntryId> PublishAsync(EntryBody body, CancellationToken cancellation) =>
        (await PublishFrameAsync(body, cancellation).ConfigureAwait(false)).Id;

    /// <summary>Signs and appends an entry; returns its id and the signed frame.</summary>
    public Task<(EntryId Id, CoseSign1 Frame)> PublishFrameAsync(EntryBody body, CancellationToken cancellation) => PublishFrameAsync(body, null, cancellation);

    /// <summary>The same; tells the entry's id before it is appended.</summary>
    internal async Task<(EntryId Id, CoseSign1 Frame)> PublishFrameAsync(EntryBody body, Action<EntryId>? signed, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        int over = 0;
        try
        {
            CoseSign1 frame = EntrySigner.Sign(network, key, NextSequence(), body);
            var id = new EntryId(frame.Digest(network.Value.ToArray()));
            signed?.Invoke(id);
            await ledger.AppendAsync(frame.Encoded, key, EndTurn, cancellation).ConfigureAwait(false);
            return (id, frame);
        }
        finally
        {
            EndTurn();
        }

        // Once the entry has its place the next may follow. To wait until it is final would let a witness's other entries keep back the
        // one that tells where it can be asked, without which nothing becomes final.
        void EndTurn()
        {
            if (Interlocked.Exchange(ref over, 1) == 0) _turn.Release();
        }
    }

    /// <summary>Takes note of a number seen on the ledger, so that the next is above it.</summary>
    public void NoteSequence(ulong sequence)
    {
        lock (_lock) _last = Math.Max(_last, sequence);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private ulong NextSequence()
    {
        lock (_lock) return _last = Math.Max(_last + 1, (ulong)time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
    }
}
