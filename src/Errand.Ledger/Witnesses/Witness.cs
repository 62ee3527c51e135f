using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>A witness of one log: cosigns each checkpoint that continues the last one it cosigned, and no other (C2SP tlog-witness v1.0.0).</summary>
/// <remarks>
/// Check, write down and sign happen under one lock, in this order, and what is written is on the disk before a signature leaves:
/// a crash can lose a signature, never the memory of one. Requests need no further authentication, as the log signs what is in them.
/// </remarks>
public sealed class Witness
{
    private readonly Lock _lock = new();
    private readonly VerifierKey _log;
    private readonly Cosigner _cosigner;
    private readonly IWitnessStore _store;
    private readonly TimeProvider _time;
    private Checkpoint _last;

    /// <summary>Takes up what an earlier run has cosigned.</summary>
    /// <exception cref="LedgerException">The store is damaged: <see cref="LedgerFault.Damaged"/>.</exception>
    public Witness(VerifierKey log, Cosigner cosigner, IWitnessStore store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(store);
        _log = log;
        _cosigner = cosigner;
        _store = store;
        _time = time;
        _last = Load();
    }

    /// <summary>What others verify it with.</summary>
    public CosignerKey Key => _cosigner.Key;

    /// <summary>The checkpoint it cosigned last; of size 0 before the first.</summary>
    public Checkpoint Last
    {
        get
        {
            lock (_lock) return _last;
        }
    }

    /// <summary>A checkpoint that the log signed and that contradicts what was cosigned here; null as long as there is none. Keep it: with <see cref="Last"/> it is evidence.</summary>
    public SignedNote? Contradiction { get; private set; }

    /// <summary>Answers an add-checkpoint request. Never throws for content.</summary>
    /// <exception cref="IOException">The store failed: nothing was signed.</exception>
    public WitnessAnswer Add(ReadOnlySpan<byte> body)
    {
        if (!AddCheckpointRequest.TryParse(body, out AddCheckpointRequest? request) || !Checkpoint.TryParse(request.Note.Text, out Checkpoint? checkpoint)) return WitnessAnswer.Malformed;
        if (checkpoint.Origin != _log.Name) return WitnessAnswer.UnknownLog;
        if (!request.Note.IsSignedBy(_log)) return WitnessAnswer.NotSigned;
        if (request.OldSize > checkpoint.Size) return WitnessAnswer.Malformed;
        lock (_lock) return AddNeedsLock(request, checkpoint);
    }

    private WitnessAnswer AddNeedsLock(AddCheckpointRequest request, Checkpoint checkpoint)
    {
        if (request.OldSize != _last.Size) return WitnessAnswer.Conflict(_last.Size);
        // "If the old size matches the checkpoint size, the witness MUST check that the root hashes are also identical."
        if (checkpoint.Size == _last.Size && checkpoint.Root != _last.Root)
        {
            Contradiction = request.Note;
            return WitnessAnswer.Conflict(_last.Size);
        }
        if (!MerkleProofs.VerifyConsistency(_last.Size, _last.Root, checkpoint.Size, checkpoint.Root, request.Proof)) return WitnessAnswer.NoProof;
        if (checkpoint != _last) _store.Save(_log.Name, request.Note);
        _last = checkpoint;
        return WitnessAnswer.Cosigned(_cosigner.Cosign(checkpoint, _time.GetUtcNow()));
    }

    private Checkpoint Load()
    {
        if (_store.Load(_log.Name) is not { } note) return new Checkpoint(_log.Name, 0, MerkleHasher.Empty);
        if (note.IsSignedBy(_log) && Checkpoint.TryParse(note.Text, out Checkpoint? last) && last.Origin == _log.Name) return last;
        throw new LedgerException(LedgerFault.Damaged, "What the witness keeps is not a checkpoint of its log. Do not put an older copy in its place: retire the witness's key.");
    }
}
