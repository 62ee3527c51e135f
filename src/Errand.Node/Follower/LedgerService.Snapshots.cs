using Errand.Client;
using Errand.Ledger;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>Starting from an own snapshot of the state (docs/protocol/state.md section 9.4).</summary>
public abstract partial class LedgerService
{
    private const int LeafReads = 1;

    // Entries that there were when the service started: behind them, it catches up, and keeps no snapshots that the next would replace.
    private long _endAtStart;

    /// <summary>Where the service keeps snapshots of its state and begins from the newest; null to fold from the first entry at every start.</summary>
    public SnapshotFolder? Snapshots { get; init; }

    /// <summary>Position of the snapshot that the service began from; 0 when it folded from the first entry.</summary>
    public long StartPosition { get; private set; }

    /// <summary>What the service needs beside the state to go on from it.</summary>
    private protected virtual byte[] SaveExtra() => [];

    /// <summary>Takes up what <see cref="SaveExtra"/> gave, with the state that goes with it. False when it does not fit.</summary>
    private protected virtual Task<bool> TryTakeExtraAsync(NetworkState state, ReadOnlyMemory<byte> extra, CancellationToken cancellation) => Task.FromResult(extra.IsEmpty);

    /// <summary>Called once, when the state is there that the service begins from, with the checkpoints of its snapshots, and after each new one.</summary>
    private protected virtual void OnSnapshots(IReadOnlyList<StateCheckpoint> kept)
    {
    }

    private async Task BeginAsync()
    {
        _endAtStart = await _ledger.CountAsync(_stop.Token).ConfigureAwait(false);
        if (Snapshots is not { } folder) return;
        IReadOnlyList<long> positions = folder.Positions();
        foreach (long position in positions)
        {
            string? fault = await TryBeginFromAsync(folder, position).ConfigureAwait(false);
            if (fault is null) break;
            Log.LogWarning("{Service}: its snapshot at {Position} is dropped: {Fault}", Name, position, fault);
            Drop(folder, position);
        }
        if (StartPosition > 0) Log.LogInformation("{Service}: begins from its snapshot at {Position} of {Count} entries", Name, StartPosition, _endAtStart);
        else if (positions.Count > 0) Log.LogWarning("{Service}: none of its snapshots can be used; it folds the ledger from the first entry", Name);
        OnSnapshots(Kept(folder));
    }

    // Null when the service begins from there; else what is wrong, with a code for programs.
    private async Task<string?> TryBeginFromAsync(SnapshotFolder folder, long position)
    {
        try
        {
            if (folder.ReadNote(position) is not { } note || OwnNote.TryOpen(State.Network, Self.PublicKey, note) is not { } own || own.Checkpoint.Position != position) return "state/note: it has no note of this node";
            if (position > _endAtStart) return $"state/rolled-back: the ledger has {_endAtStart} entries only";
            IReadOnlyList<LedgerEntry> last = await _ledger.ReadAsync(position - 1, LeafReads, _stop.Token).ConfigureAwait(false);
            if (last is not [var entry] || LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span) != own.LastLeaf) return "state/rolled-back: the ledger shows another entry before it";
            if (folder.ReadExtra(position) is not { } extra || OwnNote.DigestOf(extra) != own.Extra) return "state/damaged: what lies beside it";
            using FileStream? stream = folder.Open(position);
            if (stream is null) return "state/damaged: it is gone";
            SnapshotError error = NetworkState.TryLoadSigned(State.Genesis, stream, own.Checkpoint, out NetworkState? state, (count, work) => Parallel.For(0, count, work));
            if (state is null) return $"state/damaged: {error}";
            if (!await TryTakeExtraAsync(state, extra, _stop.Token).ConfigureAwait(false)) return "state/damaged: what lies beside it does not fit the ledger";
            State = state;
            StartPosition = position;
            Publisher.NoteSequence(state.LastSequence(Self.PublicKey));
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"state/unreadable: {fault.Message}";
        }
    }

    private void KeepSnapshot(LedgerEntry last)
    {
        if (Snapshots is not { } folder || !StateCheckpoint.IsStated(State.NextPosition) || State.NextPosition + StateCheckpoint.Interval <= _endAtStart) return;
        try
        {
            byte[] extra = SaveExtra();
            var own = OwnNote.Of(State, last, extra);
            if (folder.TrySave(State.NextPosition, State.Save, extra, own.Sign(Self.Key))) OnSnapshots(Kept(folder));
            else Log.LogWarning("{Service}: the state at {Position} is not kept: another process writes to {Folder}, or it is too long", Name, State.NextPosition, folder.Root);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The next start folds a little more.
            Log.LogWarning("{Service}: the state at {Position} is not kept: {Fault}", Name, State.NextPosition, fault.Message);
        }
    }

    private List<StateCheckpoint> Kept(SnapshotFolder folder)
    {
        var kept = new List<StateCheckpoint>();
        try
        {
            foreach (long position in folder.Positions().Where(position => position <= State.NextPosition))
            {
                if (folder.ReadNote(position) is { } note && OwnNote.TryOpen(State.Network, Self.PublicKey, note) is { } own && own.Checkpoint.Position == position) kept.Add(own.Checkpoint);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.LogWarning("{Service}: its snapshots cannot be read: {Fault}", Name, fault.Message);
        }
        return kept;
    }

    private void Drop(SnapshotFolder folder, long position)
    {
        try
        {
            folder.Remove(position);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.LogWarning("{Service}: its snapshot at {Position} cannot be deleted: {Fault}", Name, position, fault.Message);
        }
    }
}
