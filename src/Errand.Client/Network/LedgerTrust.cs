using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>What a reader of a served ledger believes: the newest checkpoint with a quorum, and nothing that does not continue it.</summary>
/// <remarks>
/// Every page must verify under its checkpoint, every checkpoint must continue the newest seen. What contradicts that under the log's own
/// signature becomes <see cref="LedgerEvidence"/>, given to whoever asked for it, and ends the reading. Thread-safe.
/// </remarks>
internal sealed class LedgerTrust : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _closed = new();
    private readonly WitnessQuorum _quorum;
    private readonly LedgerMemory? _memory;
    private readonly Action<LedgerEvidence>? _found;
    private SignedNote? _note;
    private Checkpoint _newest;
    private int _disposed;

    internal LedgerTrust(WitnessQuorum quorum, LedgerMemory? memory, Action<LedgerEvidence>? found)
    {
        _quorum = quorum;
        _memory = memory;
        _found = found;
        SignedCheckpoint? remembered = memory?.Load(quorum);
        _note = remembered?.Note;
        _newest = remembered?.Checkpoint ?? new Checkpoint(quorum.Log.Name, 0, MerkleHasher.Empty);
    }

    /// <summary>The newest checkpoint seen; of size 0 before the first.</summary>
    internal Checkpoint Newest => Volatile.Read(ref _newest);

    /// <summary>The note of it; null before the first.</summary>
    internal SignedNote? NewestNote => Volatile.Read(ref _note);

    /// <summary>Takes a page, or says what is wrong with it.</summary>
    /// <exception cref="LedgerException">
    /// <see cref="LedgerFault.Damaged"/>: entries were left out or changed. <see cref="LedgerFault.RolledBack"/>: it shows less than it did.
    /// <see cref="LedgerFault.Forked"/>: it signed what contradicts what it signed before. <see cref="LedgerFault.Transport"/>: the quorum is not there.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It was closed, before or while others had their turn.</exception>
    internal async ValueTask<Checkpoint> AcceptAsync(ProvenPage page, IProofSource source, CancellationToken cancellation)
    {
        if (!Checkpoint.TryOpen(page.Note.ToBytes(), _quorum.Log, out SignedCheckpoint? signed)) throw new LedgerException(LedgerFault.Damaged, "The checkpoint is not signed by the network's ledger.");
        if (!page.Verify(signed.Checkpoint, out Bytes32 before))
            throw new LedgerException(LedgerFault.Damaged, $"Entries from {page.From} on were left out, added or changed: the checkpoint over {signed.Checkpoint.Size} entries was signed over others.", page.From);
        await EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            await ContinueAsync(page, signed.Checkpoint, before, source, cancellation).ConfigureAwait(false);
            // Nothing can be left out of nothing: an empty log needs no witnesses, who may not know it yet.
            if (signed.Checkpoint.Size > 0 && page.Note.ToString() != _note?.ToString() && _quorum.CountIn(page.Note) < _quorum.Needed)
                throw new LedgerException(LedgerFault.Transport, $"The checkpoint over {signed.Checkpoint.Size} entries has {_quorum.CountIn(page.Note)} of {_quorum.Needed} cosignatures: its entries are not final.");
            if (signed.Checkpoint.Size > _newest.Size)
            {
                Volatile.Write(ref _note, page.Note);
                Volatile.Write(ref _newest, signed.Checkpoint);
                _memory?.Keep(page.Note);
            }
            return signed.Checkpoint;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Holds a promise against an entry that lies in its place under a page's checkpoint.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Forked"/>: another entry lies there.</exception>
    internal void Hold(LedgerPromise promise, ProvenPage page)
    {
        LedgerEntry entry = page.Entries[0];
        Bytes32 leaf = LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span);
        if (leaf == promise.Leaf) return;
        long size = Checkpoint.TryParse(page.Note.Text, out Checkpoint? checkpoint) ? checkpoint.Size : throw new ArgumentException("Not a page that was accepted.", nameof(page));
        RangeProof one = page.Proof with { Right = page.Proof.WithoutLeaves(page.From + 1, Leaves(page)[1..], size).Right };
        Report(new LedgerEvidence { Kind = LedgerEvidenceKind.BrokenPromise, Note = page.Note, Promise = promise, Proof = one, Leaf = leaf },
            $"The ledger promised position {promise.Position.Position} to an entry and put another there.");
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        // The semaphore itself holds nothing, and is not disposed: it would forget those who wait for it, also those who are being sent away.
        _closed.Cancel();
        try
        {
            if (_note is { } note) _memory?.KeepNow(note);
        }
        catch (LedgerException)
        {
            // What was written some seconds ago is a memory too, of a little less.
        }
        finally
        {
            _closed.Dispose();
        }
    }

    private async ValueTask EnterAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(ServedLedger));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closed.Token);
        try
        {
            await _turn.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_disposed != 0 && !cancellation.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(ServedLedger));
        }
    }

    private async ValueTask ContinueAsync(ProvenPage page, Checkpoint shown, Bytes32 before, IProofSource source, CancellationToken cancellation)
    {
        Checkpoint newest = _newest;
        if (shown == newest || newest.Size == 0) return;
        if (shown.Size == newest.Size) ReportFork(page, new RangeProof([], []));
        if (shown.Size < newest.Size)
        {
            // An older checkpoint is no fault if the newer continues it: a mirror may lag.
            if (shown.Size == 0 || await source.ConsistencyAsync(shown.Size, newest.Size, cancellation).ConfigureAwait(false) is not { } back)
                throw new LedgerException(LedgerFault.RolledBack, $"The ledger shows {shown.Size} entries, but a checkpoint over {newest.Size} has been signed and seen.", shown.Size);
            if (MerkleProofs.VerifyConsistency(shown.Size, shown.Root, newest.Size, newest.Root, back)) return;
            await ReportIfForkedAsync(newest, source, cancellation).ConfigureAwait(false);
            throw Unproven(shown, newest);
        }
        if (page.From == newest.Size)
        {
            if (before != newest.Root) ReportFork(page, page.Proof.WithoutLeaves(page.From, Leaves(page), shown.Size));
            return;
        }
        if (await source.ConsistencyAsync(newest.Size, shown.Size, cancellation).ConfigureAwait(false) is { } proof
            && MerkleProofs.VerifyConsistency(newest.Size, newest.Root, shown.Size, shown.Root, proof)) return;
        await ReportIfForkedAsync(newest, source, cancellation).ConfigureAwait(false);
        throw Unproven(newest, shown);
    }

    // It cannot show that it continues what was seen. A page from there on, under its own checkpoint, shows that it does not.
    private async ValueTask ReportIfForkedAsync(Checkpoint newest, IProofSource source, CancellationToken cancellation)
    {
        if (await source.PageAsync(newest.Size, 0, cancellation).ConfigureAwait(false) is { } other
            && Checkpoint.TryOpen(other.Note.ToBytes(), _quorum.Log, out SignedCheckpoint? signed) && other.From == newest.Size && other.Verify(signed.Checkpoint, out Bytes32 root) && root != newest.Root)
            ReportFork(other, other.Proof.WithoutLeaves(other.From, Leaves(other), signed.Checkpoint.Size));
    }

    private void ReportFork(ProvenPage page, RangeProof proof) =>
        Report(new LedgerEvidence { Kind = LedgerEvidenceKind.Fork, Note = _note!, Other = page.Note, Proof = proof }, "The ledger has signed two histories.");

    private void Report(LedgerEvidence evidence, string what)
    {
        _found?.Invoke(evidence);
        throw new LedgerException(LedgerFault.Forked, $"{what} Keep the evidence, tell the network's operators and do not go on.");
    }

    private static LedgerException Unproven(Checkpoint old, Checkpoint shown) =>
        new(LedgerFault.Damaged, $"The ledger does not prove that its {shown.Size} entries begin with the {old.Size} it showed before.", old.Size);

    private static Bytes32[] Leaves(ProvenPage page) => [.. page.Entries.Select(entry => LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span))];
}
