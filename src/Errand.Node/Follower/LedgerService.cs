using System.Threading.Channels;
using Errand.Client;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Platform;
using Errand.Protocol;
using Errand.Tpm;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>
/// A participant that lives from the ledger's tail. One loop owns the state: it applies entries, and whenever it has caught up it
/// lets the service look for duties. Duties run beside the loop, take what they need as values, and act by publishing entries.
/// </summary>
/// <remarks>
/// All a service must remember is on the ledger or in its own journal, so it may be stopped at any point: started again, it folds
/// the ledger, from its newest snapshot on if it keeps any, and finds the same duties open.
/// </remarks>
public abstract partial class LedgerService : IAsyncDisposable
{
    private const int QueueSize = 1024;

    // Far enough to find eight proofs whose questions are known already; looking costs little beside verifying.
    private const int WaitingMax = 192;
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly ILedger _ledger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly DutyBook _duties = new();
    private readonly Queue<(LedgerEntry Entry, PreparedEntry Prepared)> _waiting = [];
    private Task _loop = Task.CompletedTask;

    private protected LedgerService(string name, NodeContext context, Identity self)
    {
        Name = name;
        _ledger = context.Ledger;
        Time = context.Time;
        Log = context.Loggers.CreateLogger(name);
        State = new NetworkState(context.Genesis);
        Self = self;
        Publisher = new EntryPublisher(context.Ledger, State.Network, self.Key, context.Time);
    }

    /// <summary>A name for logs and people.</summary>
    public string Name { get; }

    /// <summary>Completed when the service has stopped; faulted when it had to.</summary>
    public Task Completion => _loop;

    private protected Identity Self { get; }

    private protected TimeProvider Time { get; }

    private protected ILogger Log { get; }

    private protected EntryPublisher Publisher { get; }

    /// <summary>The folded state. Only for the loop: <see cref="OnApplied"/> and <see cref="FindDuties"/>.</summary>
    private protected NetworkState State { get; private set; }

    /// <summary>Local time in milliseconds since 1970.</summary>
    private protected long NowMilliseconds => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Starts following the ledger, from the newest own snapshot or from the first entry.</summary>
    public void Start() => _loop = Task.Run(RunAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await _loop.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The way a loop ends when asked to; and why it ended before, Completion has told.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        await _duties.DrainAsync().ConfigureAwait(false);
        await OnStoppedAsync().ConfigureAwait(false);
        Publisher.Dispose();
        _stop.Dispose();
        _wake.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Called after each entry, applied or refused.</summary>
    private protected virtual void OnApplied(LedgerEntry entry, ApplyResult result)
    {
    }

    /// <summary>Called when the state is that of the ledger's end, and when time has passed: starts the duties that are open.</summary>
    private protected abstract void FindDuties();

    /// <summary>The first local time after another, in milliseconds, at which <see cref="FindDuties"/> should run even if no entry comes.</summary>
    private protected virtual long NextLookMilliseconds(long after) => long.MaxValue;

    /// <summary>Frees what the service holds, after its loop and duties have ended.</summary>
    private protected virtual ValueTask OnStoppedAsync() => ValueTask.CompletedTask;

    /// <summary>True when a duty runs or has been done.</summary>
    private protected bool IsBegun(DutyId id) => _duties.IsBegun(id);

    /// <summary>
    /// Runs a duty once. A duty that throws is logged and tried again after a pause, for as long as <see cref="FindDuties"/> finds it
    /// open; one that completes is not started again.
    /// </summary>
    private protected void StartDuty(DutyId id, Func<CancellationToken, Task> work)
    {
        if (!_duties.TryBegin(id)) return;
        _duties.Track(Task.Run(async () =>
        {
            try
            {
                await work(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                _duties.Forget(id);
            }
#pragma warning disable CA1031 // The one place where a service's faults end: logged, then tried again.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                // What a TPM lacks is for its owner to mend, who needs no trace of calls.
                if (fault is TpmException tpm) Log.LogWarning("{Service}: {Duty} failed and will be tried again: {Fault} {Remedy}", Name, id, tpm.Message, tpm.Remedy);
                else Log.LogWarning(fault, "{Service}: {Duty} failed and will be tried again", Name, id);
                await Task.Delay(RetryPause, Time, CancellationToken.None).ConfigureAwait(false);
                _duties.Forget(id);
                Wake();
            }
        }));
    }

    /// <summary>Publishes an entry as part of a duty; if the fold refuses it for a reason that may pass, the duty is open again.</summary>
    private protected async Task PublishAsync(DutyId duty, EntryBody body, CancellationToken cancellation)
    {
        (EntryId id, _) = await Publisher.PublishFrameAsync(body, signed => _duties.AwaitOutcome(signed, duty), cancellation).ConfigureAwait(false);
        Log.LogDebug("{Service}: published {Kind} {Entry}", Name, body.Kind, id);
    }

    /// <summary>The same for work that must not be lost to a fault of the ledger: tries until it is appended.</summary>
    private protected async Task PublishPatientlyAsync(DutyId duty, EntryBody body, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await PublishAsync(duty, body, cancellation).ConfigureAwait(false);
                return;
            }
            catch (LedgerException fault)
            {
                Log.LogWarning(fault, "{Service}: {Kind} could not be appended and will be tried again", Name, body.Kind);
                await Task.Delay(RetryPause, Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Has the loop look for duties soon.</summary>
    private protected void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }
        catch (Exception already) when (already is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake, or stopped.
        }
    }

    private async Task RunAsync()
    {
        var queue = Channel.CreateBounded<(LedgerEntry Entry, PreparedEntry Prepared)>(new BoundedChannelOptions(QueueSize) { SingleReader = true, SingleWriter = true });
        Task pump = Task.CompletedTask;
        try
        {
            await BeginAsync().ConfigureAwait(false);
            pump = new EntryPump(_ledger, State.Network, queue.Writer).RunAsync(State.NextPosition, _stop.Token);
            while (true)
            {
                ApplyAll(queue.Reader);
                long looked = NowMilliseconds;
                if (State.NextPosition >= _endAtStart) FindDuties();
                await WaitAsync(queue.Reader, looked).ConfigureAwait(false);
            }
        }
        finally
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A service that has fallen behind verifies the proofs of what waits eight at a time; one that follows takes each entry as it comes.
    private void ApplyAll(ChannelReader<(LedgerEntry, PreparedEntry)> queue)
    {
        while (true)
        {
            while (_waiting.Count < WaitingMax && queue.TryRead(out (LedgerEntry, PreparedEntry) next)) _waiting.Enqueue(next);
            if (_waiting.Count == 0) return;
            if (_waiting.Count > 1) State.ForeseeTogether(_waiting.Select(next => next.Prepared));
            (LedgerEntry entry, PreparedEntry prepared) = _waiting.Dequeue();
            Apply(entry, prepared);
        }
    }

    private void Apply(LedgerEntry entry, PreparedEntry prepared)
    {
        ApplyResult result = State.Apply(entry.TimeMilliseconds, prepared);
        if (result.Entry.Signer == Self.PublicKey) NoteOwn(result);
        OnApplied(entry, result);
        KeepSnapshot(entry);
    }

    private void NoteOwn(ApplyResult result)
    {
        Publisher.NoteSequence(State.LastSequence(Self.PublicKey));
        if (result.Entry.Refusal != RefusalReason.None) return;
        if (!result.Applied) Log.LogInformation("{Service}: own {Kind} was refused/{Reason}", Name, result.Entry.Body!.Kind, result.Refusal.Code());
        // Another program of the same owner was faster: with a number, or with the last accept.
        _duties.NoteOutcome(result.Entry.Id, mayRetry: result.Refusal is RefusalReason.Sequence or RefusalReason.AcceptBudget or RefusalReason.TotalBudget or RefusalReason.AcceptRate);
    }

    private async Task WaitAsync(ChannelReader<(LedgerEntry, PreparedEntry)> queue, long looked)
    {
        // What was due at the last look has been seen to: waiting for it to show must not become a busy loop.
        long untilLook = NextLookMilliseconds(looked) - NowMilliseconds;
        TimeSpan wait = untilLook >= IdleWait.TotalMilliseconds ? IdleWait : TimeSpan.FromMilliseconds(Math.Max(1, untilLook));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        Task<bool> more = queue.WaitToReadAsync(over.Token).AsTask();
        Task woken = _wake.WaitAsync(over.Token);
        Task first = await Task.WhenAny(more, woken, Task.Delay(wait, Time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        _stop.Token.ThrowIfCancellationRequested();
        if (first == more && !await more.ConfigureAwait(false)) throw new LedgerClosedException(Name);
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)more).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
