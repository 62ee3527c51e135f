using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>What owners, requesters and auditors do on a network: publish, submit, watch, fetch. It folds the ledger itself.</summary>
/// <remarks>Nothing the network says is taken on trust but the genesis, whose id the caller may name. Not thread-safe: one flow at a time.</remarks>
public sealed class ErrandClient : IDisposable
{
    private const int SequenceTriesMax = 5, AppendTriesMax = 3, CheckpointTriesMax = 50;
    private static readonly TimeSpan AppendPause = TimeSpan.FromMilliseconds(200);

    private readonly ILedger _ledger;
    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, ValueTask<byte[]?>>? _checkpoint;
    private readonly LedgerConnection? _owned;
    private readonly Func<NetworkState?>? _begin;

    /// <summary>A client over a ledger; nothing is read yet.</summary>
    /// <param name="genesis">The network.</param>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="time">For sequence numbers and pauses.</param>
    /// <param name="checkpoint">Gives the ledger's newest signed note; without it entries are folded, but not held against a checkpoint.</param>
    public ErrandClient(Genesis genesis, ILedger ledger, TimeProvider time, Func<CancellationToken, ValueTask<byte[]?>>? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(time);
        Genesis = genesis;
        View = new LedgerView(genesis, ledger);
        _ledger = ledger;
        _time = time;
        _checkpoint = checkpoint;
    }

    private ErrandClient(Genesis genesis, LedgerConnection connection, Func<NetworkState?> begin, TimeProvider time)
        : this(genesis, connection.Ledger, time, connection.CheckpointAsync)
    {
        _owned = connection;
        _begin = begin;
        View = NewView();
    }

    /// <summary>The network's genesis.</summary>
    public Genesis Genesis { get; }

    /// <summary>The network's id.</summary>
    public NetworkId Network => View.State.Network;

    /// <summary>What has been read so far.</summary>
    public LedgerView View { get; }

    /// <summary>The state after what has been read so far; see <see cref="SyncAsync"/>.</summary>
    public NetworkState State => View.State;

    /// <summary>Connects to a network over HTTP and reads its genesis.</summary>
    /// <param name="address">Base URL.</param>
    /// <param name="expected">The id the network must have; null to take what is there.</param>
    /// <param name="time">For sequence numbers, pauses and timeouts.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="ClientException"><c>network/unreachable</c>, <c>network/mismatch</c>, <c>network/answer</c>.</exception>
    public static Task<ErrandClient> ConnectAsync(Uri address, NetworkId? expected, TimeProvider time, CancellationToken cancellation = default) =>
        ConnectAsync(address, expected, time, found: null, states: null, chain: null, cancellation);

    /// <summary>The same, with a memory.</summary>
    /// <param name="address">Base URL.</param>
    /// <param name="expected">The id the network must have; null to take what is there.</param>
    /// <param name="time">For sequence numbers, pauses and timeouts.</param>
    /// <param name="found">Told of every proof that the ledger lied, before the call that met it fails.</param>
    /// <param name="states">A folder of states, see <see cref="TrustedState"/>: if it has one of this network, the client begins from there.</param>
    /// <param name="chain">How a network's chain is read, if its genesis names one; null to believe whoever answers at the address.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="ClientException"><c>network/unreachable</c>, <c>network/mismatch</c>, <c>network/answer</c>, <c>state/…</c>.</exception>
    public static async Task<ErrandClient> ConnectAsync(Uri address, NetworkId? expected, TimeProvider time, Action<LedgerEvidence>? found, string? states, Func<NetworkId, ChainAccess?>? chain, CancellationToken cancellation = default)
    {
        Genesis genesis = await ReadGenesisAsync(address, expected, time, cancellation).ConfigureAwait(false);
        try
        {
            LedgerConnection connection = await LedgerConnection.OpenAsync(address, genesis, memoryFile: null, found, chain?.Invoke(genesis.NetworkId()), time, cancellation).ConfigureAwait(false);
            try
            {
                return new ErrandClient(genesis, connection, () => states is null ? null : TrustedState.Open(genesis, TrustedState.FolderOf(states, genesis.NetworkId())), time);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch (LedgerException fault)
        {
            throw LedgerFaults.Translate(fault);
        }
    }

    /// <summary>Reads a network's genesis over HTTP.</summary>
    /// <exception cref="ClientException"><c>network/unreachable</c>, <c>network/mismatch</c>, <c>network/answer</c>.</exception>
    public static async Task<Genesis> ReadGenesisAsync(Uri address, NetworkId? expected, TimeProvider time, CancellationToken cancellation = default)
    {
        using var ledger = new HttpLedger(address, time);
        try
        {
            byte[] document = await ledger.GenesisAsync(cancellation).ConfigureAwait(false);
            if (expected is { } id && Genesis.IdOf(document) != id)
                throw new ClientException(ClientError.NetworkMismatch, $"{address} is network {Genesis.IdOf(document)}, not {id}.");
            GenesisError error = Genesis.TryDecode(document, out Genesis? genesis);
            return genesis ?? throw new ClientException(ClientError.NetworkAnswer, $"The genesis of {address} is refused: {error}.");
        }
        catch (LedgerException fault)
        {
            throw LedgerFaults.Translate(fault);
        }
    }

    /// <summary>Reads and folds what is final now, and holds it against the ledger's newest checkpoint.</summary>
    /// <returns>The checkpoint; null when there is none yet.</returns>
    /// <exception cref="ClientException"><c>network/unreachable</c>, <c>ledger/tampered</c>.</exception>
    public async Task<SignedCheckpoint?> SyncAsync(CancellationToken cancellation = default)
    {
        await View.CatchUpAsync(cancellation).ConfigureAwait(false);
        return await CheckAsync(View, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same, and waits until a checkpoint covers all that was read: ledgers sign some time after they append.</summary>
    /// <returns>The checkpoint; null when the ledger signs none.</returns>
    /// <exception cref="ClientException"><c>network/unreachable</c>, <c>ledger/tampered</c>.</exception>
    public async Task<SignedCheckpoint?> SyncUnderCheckpointAsync(CancellationToken cancellation = default)
    {
        SignedCheckpoint? signed = await SyncAsync(cancellation).ConfigureAwait(false);
        long size = State.NextPosition;
        for (int tries = 1; tries < CheckpointTriesMax && signed?.Checkpoint.Size < size; tries++)
        {
            await Task.Delay(AppendPause, _time, cancellation).ConfigureAwait(false);
            signed = await SyncAsync(cancellation).ConfigureAwait(false);
        }
        return signed;
    }

    /// <summary>Signs an entry, appends it, and waits for what the fold makes of it. Signs anew when only its number was used up.</summary>
    /// <returns>The outcome; a refusal is an outcome too.</returns>
    /// <exception cref="ClientException"><c>network/unreachable</c>, <c>ledger/refused</c>.</exception>
    public async Task<EntryOutcome> PublishAsync(SigningKey key, EntryBody body, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(body);
        await View.CatchUpAsync(cancellation).ConfigureAwait(false);
        for (int tries = 1; ; tries++)
        {
            CoseSign1 frame = Sign(key, body);
            EntryOutcome outcome = await AppendAsync(key, frame, cancellation).ConfigureAwait(false);
            if (outcome.Refusal != RefusalReason.Sequence || tries == SequenceTriesMax) return outcome;
        }
    }

    /// <summary>As <see cref="PublishAsync"/>, and a refusal is an error.</summary>
    /// <exception cref="ClientException"><c>entry/refused</c> with the fold's own code and sentence.</exception>
    public async Task<EntryOutcome> MustPublishAsync(SigningKey key, EntryBody body, CancellationToken cancellation = default)
    {
        EntryOutcome outcome = await PublishAsync(key, body, cancellation).ConfigureAwait(false);
        if (outcome.Applied) return outcome;
        throw new ClientException(ClientError.EntryRefused, $"The network refused the {body.Kind} entry: refused/{outcome.Refusal.Code()}.", outcome.Refusal.Sentence());
    }

    /// <summary>Publishes a sealed file under a policy.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="policy">The policy; its digest goes on the ledger.</param>
    /// <param name="content">The sealed file.</param>
    /// <param name="sizeBytes">Its size.</param>
    /// <param name="sites">Where it lies.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ClientException"><c>entry/refused</c>, <c>network/unreachable</c>.</exception>
    public async Task<AssetId> PublishAssetAsync(
        Identity owner, OwnerPolicy policy, ContentId content, long sizeBytes, ImmutableArray<string> sites, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(policy);
        AssetEntry entry = policy.ToAssetEntry(content, sizeBytes, owner.VrfKey.PublicKey, sites);
        await MustPublishAsync(owner.Key, entry, cancellation).ConfigureAwait(false);
        return AssetId.Of(owner.PublicKey, content);
    }

    /// <summary>Submits a task.</summary>
    /// <exception cref="ClientException"><c>entry/refused</c>, <c>network/unreachable</c>.</exception>
    public async Task<TaskId> SubmitAsync(Identity requester, SubmitEntry submit, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(requester);
        EntryOutcome outcome = await MustPublishAsync(requester.Key, submit, cancellation).ConfigureAwait(false);
        return TaskId.Of(Network, requester.PublicKey, outcome.Frame.Payload);
    }

    /// <summary>Everything that has happened to a task, from its submission on, and then what happens, until it ends.</summary>
    /// <remarks>Folds the ledger anew, from its beginning or from a state before the task: every vote shown has had its VRF proof and its seat checked here.</remarks>
    /// <exception cref="ClientException"><c>task/unknown</c>, <c>network/unreachable</c>, <c>ledger/tampered</c>.</exception>
    public async IAsyncEnumerable<TaskEvent> WatchAsync(TaskId task, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        LedgerView view = NewView();
        if (view.State.Tasks.ContainsKey(task)) view = new LedgerView(Genesis, _ledger);
        var watcher = new TaskWatcher(task);
        long end = await CountAsync(cancellation).ConfigureAwait(false);
        if (end == 0) throw Unknown(task);
        bool check = true;
        await foreach (FoldedEntry folded in view.FollowAsync(cancellation).ConfigureAwait(false))
        {
            foreach (TaskEvent happened in watcher.Look(view.State, folded)) yield return happened;
            bool caughtUp = view.State.NextPosition >= end;
            if (caughtUp && !view.State.Tasks.ContainsKey(task)) throw Unknown(task);
            if (view.State.Tasks.TryGetValue(task, out TaskState? state) && state.Phase == TaskPhase.Ended) yield break;
            if (caughtUp && check && _checkpoint is not null)
            {
                check = false;
                await CheckNowAsync(view, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gets a completed task's sealed result: from the ledger, or from its executor.</summary>
    /// <exception cref="ClientException">
    /// <c>task/unknown</c>, <c>task/unfinished</c>, <c>task/not-completed</c>, <c>result/unavailable</c>, <c>result/mismatch</c>.
    /// </exception>
    public async Task<SealedResult> FetchResultAsync(TaskId task, CancellationToken cancellation = default)
    {
        if (!State.Tasks.TryGetValue(task, out TaskState? state)) throw Unknown(task);
        if (state.ReceiptPosition < 0)
        {
            throw state.Phase == TaskPhase.Ended
                ? new ClientException(ClientError.TaskNotCompleted, $"The task ended without a result: {state.Reason.Code()}.", state.Reason.Sentence())
                : new ClientException(ClientError.TaskUnfinished, $"The task is in phase {state.Phase}.");
        }
        LedgerEntry entry = await View.ReadAgainAsync(state.ReceiptPosition, cancellation).ConfigureAwait(false);
        var body = (ReceiptEntry)PreparedEntry.Prepare(Network, entry.Bytes.Span).Body!;
        AttemptState attempt = state.Attempts[body.Attempt - 1];
        Receipt receipt = Receipt.TryOpen(body.Receipt.Span, Network, attempt.ReceiptKey)!;
        ReadOnlyMemory<byte> ciphertext = body.InlineResult.IsEmpty ? await ResultDownload.GetAsync(State.Nodes[attempt.Executor].Endpoint, task, receipt, _time, cancellation).ConfigureAwait(false) : body.InlineResult;
        using var stream = new MemoryStream(ciphertext.ToArray(), writable: false);
        return SealedFile.Verify(stream, receipt.Result, cancellation: cancellation).Succeeded
            ? new SealedResult(task, receipt, ciphertext)
            : throw new ClientException(ClientError.ResultMismatch, "The executor served other bytes than its enclave's receipt names.");
    }

    /// <summary>Makes the receipt bundle of a task: see <see cref="BundleExporter.ExportAsync"/>.</summary>
    /// <exception cref="ClientException"><c>task/unknown</c>, <c>task/unfinished</c>, <c>task/not-completed</c>, <c>ledger/tampered</c>, <c>network/unreachable</c>.</exception>
    public Task<byte[]> ExportAsync(TaskId task, bool withLog, ReadOnlyMemory<byte>? checkpoint, CancellationToken cancellation = default) =>
        BundleExporter.ExportAsync(Genesis.Encode(), _ledger, task, withLog, checkpoint, cancellation);

    /// <summary>Gives connections free that this client has opened.</summary>
    public void Dispose() => _owned?.Dispose();

    // From the state that the user has fetched, if there is one; else from the first entry.
    private LedgerView NewView()
    {
        if (_begin?.Invoke() is not { } state) return new LedgerView(Genesis, _ledger);
        return _ledger is ServedLedger proven
            ? new LedgerView(state, proven)
            : throw new ClientException(ClientError.StateUnproven, "There is a state to begin from, but this network's host does not prove its pages: without the entries before it they cannot be checked.");
    }

    private static ClientException Unknown(TaskId task) => new(ClientError.UnknownTask, $"No task {task} is on this ledger.");

    private CoseSign1 Sign(SigningKey key, EntryBody body)
    {
        try
        {
            return EntrySigner.Sign(Network, key, NextSequence(key.PublicKey), body);
        }
        catch (ArgumentException tooLong)
        {
            throw new ClientException(ClientError.EntryRefused, $"The {body.Kind} entry would be longer than {CoseSign1.SizeMax} bytes.", "Shorten its arguments or lists.", tooLong);
        }
    }

    // Microseconds since 1970, or one more than the last: two programs of one participant hardly ever collide.
    private ulong NextSequence(PublicKey signer) =>
        Math.Max(State.LastSequence(signer) + 1, (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);

    private async Task<EntryOutcome> AppendAsync(SigningKey key, CoseSign1 frame, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                await _ledger.AppendAsync(frame.Encoded, key, durable: null, cancellation).ConfigureAwait(false);
                break;
            }
            catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport && tries < AppendTriesMax)
            {
                // It may be in the log or not. The same bytes again are harmless: the fold counts an entry once.
                await Task.Delay(AppendPause, _time, cancellation).ConfigureAwait(false);
            }
            catch (LedgerException fault)
            {
                throw LedgerFaults.Translate(fault);
            }
        }
        var id = new EntryId(frame.Digest(Network.Value.ToArray()));
        await foreach (FoldedEntry folded in View.FollowAsync(cancellation).ConfigureAwait(false))
        {
            // A frame that is refused for its bytes has no id; its bytes tell.
            if (folded.Result.Entry.Id != id && !folded.Entry.Bytes.Span.SequenceEqual(frame.Encoded.Span)) continue;
            return new EntryOutcome(id, frame, new LedgerPosition(folded.Entry.Position, folded.Entry.TimeMilliseconds), folded.Result.Refusal);
        }
        throw new ClientException(ClientError.NetworkUnreachable, "The ledger ended its stream of entries.");
    }

    private async Task<long> CountAsync(CancellationToken cancellation)
    {
        try
        {
            return await _ledger.CountAsync(cancellation).ConfigureAwait(false);
        }
        catch (LedgerException fault)
        {
            throw LedgerFaults.Translate(fault);
        }
    }

    private async Task<SignedCheckpoint?> CheckAsync(LedgerView view, CancellationToken cancellation)
    {
        byte[]? note = await NoteAsync(cancellation).ConfigureAwait(false);
        return note is null ? null : await view.CheckAsync(note, cancellation).ConfigureAwait(false);
    }

    // While following, only what has been read can be held against a checkpoint; a newer one is left for later.
    private async Task CheckNowAsync(LedgerView view, CancellationToken cancellation)
    {
        byte[]? note = await NoteAsync(cancellation).ConfigureAwait(false);
        if (note is null || (Checkpoint.TryOpen(note, view.CheckpointKey, out SignedCheckpoint? signed) && signed.Checkpoint.Size > view.State.NextPosition)) return;
        await view.CheckAsync(note, cancellation).ConfigureAwait(false);
    }

    private async Task<byte[]?> NoteAsync(CancellationToken cancellation)
    {
        if (_checkpoint is null) return null;
        try
        {
            return await _checkpoint(cancellation).ConfigureAwait(false);
        }
        catch (LedgerException fault)
        {
            throw LedgerFaults.Translate(fault);
        }
    }
}
