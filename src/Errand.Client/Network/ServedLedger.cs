using System.Runtime.CompilerServices;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>A ledger that another machine serves: what it gives is final under a quorum of witnesses, and proven here, entry by entry.</summary>
/// <remarks>
/// Whoever runs the ledger or a mirror can keep quiet; it can leave nothing out, change nothing and show no two histories without being found
/// out, and where its own signature shows it, <see cref="ServedLedgerOptions.Found"/> gets the proof. An append happens once, however often
/// the connection breaks: the ledger knows a repeated request, and if it was restarted in between, its entries tell. Thread-safe.
/// </remarks>
public sealed class ServedLedger : ICallerLedger, IDisposable
{
    private const int WaitMilliseconds = 20_000;
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(50), PauseMax = TimeSpan.FromSeconds(2);

    private readonly ServedLedgerHttp[] _readers;
    private readonly ServedLedgerOptions _options;
    private readonly TimeProvider _time;
    private readonly LedgerTrust _trust;
    private readonly RequestNumbers _numbers;
    private int _reader;
    private LedgerSession? _session;

    /// <summary>A connection; nothing is sent yet.</summary>
    /// <exception cref="LedgerException">The memory file is damaged or another ledger's.</exception>
    /// <exception cref="ArgumentException">An address is no absolute http or https URL.</exception>
    public ServedLedger(ServedLedgerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        _readers = [new ServedLedgerHttp(options.Address, time), .. options.Mirrors.Select(mirror => new ServedLedgerHttp(mirror, time))];
        _trust = new LedgerTrust(options.Quorum, options.MemoryFile is { } file ? new LedgerMemory(file, time) : null, options.Found);
        _numbers = new RequestNumbers(time);
    }

    /// <summary>The newest checkpoint seen, with its quorum; null before the first.</summary>
    public SignedNote? NewestCheckpoint => _trust.NewestNote;

    /// <summary>The same as bytes, after asking for what is newest now.</summary>
    public async ValueTask<byte[]?> CheckpointAsync(CancellationToken cancellation = default)
    {
        await CountAsync(cancellation).ConfigureAwait(false);
        return _trust.NewestNote?.ToBytes();
    }

    /// <inheritdoc/>
    /// <remarks>On behalf of <see cref="ServedLedgerOptions.Caller"/>.</remarks>
    public ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default) =>
        AppendAsync(entry, _options.Caller ?? throw new LedgerException(LedgerFault.NotAdmitted, "The ledger wants to know who appends, and no key was given."), durable: null, cancellation);

    /// <inheritdoc/>
    public async ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, SigningKey caller, Action? durable, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (entry.Length is 0 or > LedgerLimits.EntrySizeBytesMax)
            throw new ArgumentException($"An entry has 1 to {LedgerLimits.EntrySizeBytesMax} bytes; this one has {entry.Length}.", nameof(entry));
        cancellation.ThrowIfCancellationRequested();
        var call = new AppendCall(entry, caller, _trust.Newest.Size, _time.GetTimestamp());
        while (true)
        {
            LedgerSession session = await PatientlyAsync(call.Began, () => SessionAsync(cancellation), cancellation).ConfigureAwait(false);
            if (call.WasSent && await FindAsync(call, session.Count, cancellation).ConfigureAwait(false) is { } found) return found;
            if (await SendAsync(call, session, cancellation).ConfigureAwait(false) is { } answer) return await FinishAsync(entry, answer, durable, cancellation).ConfigureAwait(false);
            Interlocked.CompareExchange(ref _session, null, session);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(countMax);
        ProvenPage page = await PageAsync(fromPosition, Math.Min(countMax, LedgerLimits.ReadCountMax), 0, cancellation).ConfigureAwait(false);
        return page.From == fromPosition ? page.Entries : [];
    }

    /// <inheritdoc/>
    /// <remarks>Goes on over interruptions for as long as <see cref="ServedLedgerOptions.Patience"/> says, from where it was.</remarks>
    public IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        return FollowFromAsync(fromPosition, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(CancellationToken cancellation = default)
    {
        await PageAsync(_trust.Newest.Size, 0, 0, cancellation).ConfigureAwait(false);
        return _trust.Newest.Size;
    }

    /// <summary>Pages that have been verified, in order and without gaps, for ever; for mirrors.</summary>
    public async IAsyncEnumerable<ProvenPage> FollowPagesAsync(long fromPosition, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        long next = fromPosition;
        long began = _time.GetTimestamp();
        TimeSpan pause = PauseMin;
        while (true)
        {
            ServedLedgerHttp reader = Reader;
            await using IAsyncEnumerator<ProvenPage> pages = reader.FollowAsync(next, cancellation).GetAsyncEnumerator(cancellation);
            while (await TryMoveAsync(pages, reader, next, began, cancellation).ConfigureAwait(false))
            {
                began = _time.GetTimestamp();
                pause = PauseMin;
                // A page that ends before it begins is one of a log that is not yet so long.
                if (pages.Current.From != next) continue;
                next += pages.Current.Entries.Count;
                yield return pages.Current;
            }
            await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    /// <summary>Ends waiting calls, writes down what was seen and gives connections free. Later calls fail with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        foreach (ServedLedgerHttp reader in _readers) reader.Dispose();
        _trust.Dispose();
    }

    private ServedLedgerHttp Reader => _readers[Volatile.Read(ref _reader) % _readers.Length];

    private async IAsyncEnumerable<LedgerEntry> FollowFromAsync(long next, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long lastTime = 0;
        await foreach (ProvenPage page in FollowPagesAsync(next, cancellation).ConfigureAwait(false))
        {
            foreach (LedgerEntry entry in page.Entries)
            {
                if (entry.TimeMilliseconds < lastTime) throw new LedgerException(LedgerFault.Damaged, "The ledger's times go backwards between two pages.", entry.Position);
                cancellation.ThrowIfCancellationRequested();
                yield return entry;
                lastTime = entry.TimeMilliseconds;
            }
        }
    }

    // False when the stream broke and it is worth asking again.
    private async ValueTask<bool> TryMoveAsync(IAsyncEnumerator<ProvenPage> pages, ServedLedgerHttp reader, long next, long began, CancellationToken cancellation)
    {
        try
        {
            if (!await pages.MoveNextAsync().ConfigureAwait(false)) return false;
            await _trust.AcceptAsync(pages.Current, reader, cancellation).ConfigureAwait(false);
            if (pages.Current.From > next || (pages.Current.From < next && pages.Current.Entries.Count > 0)) throw new LedgerException(LedgerFault.Damaged, "The ledger skipped entries.", next);
            return true;
        }
        catch (LedgerException fault) when (MayPass(fault) && _time.GetElapsedTime(began) < _options.Patience)
        {
            Rotate();
            return false;
        }
    }

    // The entry is promised: what breaks now while its page is being checked is asked for again.
    private async ValueTask<bool> TryAcceptAsync(ProvenPage page, CancellationToken cancellation)
    {
        try
        {
            await _trust.AcceptAsync(page, _readers[0], cancellation).ConfigureAwait(false);
            return true;
        }
        catch (LedgerException fault) when (MayPass(fault))
        {
            return false;
        }
    }

    private ValueTask<ProvenPage> PageAsync(long from, int countMax, int waitMilliseconds, CancellationToken cancellation) =>
        PatientlyAsync(_time.GetTimestamp(), async () =>
        {
            ServedLedgerHttp reader = Reader;
            try
            {
                ProvenPage page = await reader.PageAsync(from, countMax, waitMilliseconds, cancellation).ConfigureAwait(false);
                await _trust.AcceptAsync(page, reader, cancellation).ConfigureAwait(false);
                return page;
            }
            catch (LedgerException fault) when (MayPass(fault))
            {
                Rotate();
                throw;
            }
        }, cancellation);

    // A ledger that restarts, or a mirror that lags, passes; with another place to ask, a liar is left behind.
    private bool MayPass(LedgerException fault) => fault.Fault is LedgerFault.Transport or LedgerFault.RolledBack or LedgerFault.Storage
        || (fault.Fault == LedgerFault.Damaged && _readers.Length > 1);

    private void Rotate()
    {
        if (_readers.Length > 1) Interlocked.Exchange(ref _reader, (Volatile.Read(ref _reader) + 1) % _readers.Length);
    }

    private async ValueTask<T> PatientlyAsync<T>(long began, Func<ValueTask<T>> ask, CancellationToken cancellation)
    {
        TimeSpan pause = PauseMin;
        while (true)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (LedgerException fault) when (MayPass(fault) && _time.GetElapsedTime(began) < _options.Patience)
            {
                await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
    }

    private async ValueTask<LedgerSession> SessionAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _session) is { } known) return known;
        LedgerSession session = await _readers[0].SessionAsync(cancellation).ConfigureAwait(false);
        _numbers.StartAbove(session.Floor);
        Volatile.Write(ref _session, session);
        return session;
    }

    // Null when the ledger's run that the request was for is over, or it no longer knows the number: what became of it, the entries tell.
    private async ValueTask<AppendAnswer?> SendAsync(AppendCall call, LedgerSession session, CancellationToken cancellation)
    {
        var signature = RequestSignature.Sign(call.Caller, _options.Network, session.Instance, _numbers.Next(), "POST", _readers[0].AppendTarget, call.Entry.Span);
        HttpAnswer answer = await PatientlyAsync(call.Began, async () =>
        {
            call.WasSent = true;
            HttpAnswer given = await _readers[0].AppendAsync(signature, call.Entry, cancellation).ConfigureAwait(false);
            // The same request again: whether the ledger has taken it or not, it is taken once.
            if (given.Status != 200 && Problem.TryParse(given.Body)?.Code is not ("ledger/instance" or "ledger/number")) LedgerAnswers.Content(given);
            return given;
        }, cancellation).ConfigureAwait(false);
        if (answer.Status != 200) return null;
        return AppendAnswer.TryDecode(answer.Body, out AppendAnswer? decoded) ? decoded : throw LedgerAnswers.NoLedger();
    }

    private async ValueTask<LedgerPosition> FinishAsync(ReadOnlyMemory<byte> entry, AppendAnswer answer, Action? durable, CancellationToken cancellation)
    {
        LedgerPromise promise = answer.Promise;
        if (!promise.IsOf(_options.Quorum.Log) || promise.Leaf != LedgerLeaf.Hash(promise.Position.TimeMilliseconds, entry.Span))
            throw new LedgerException(LedgerFault.Damaged, "The ledger's answer is not its word for this entry.");
        durable?.Invoke();
        ProvenPage? page = answer.Page.IsEmpty ? null : ProvenPage.TryDecode(answer.Page.Span, out ProvenPage? given) ? given : throw LedgerAnswers.NoLedger();
        if (page is not null && !await TryAcceptAsync(page, cancellation).ConfigureAwait(false)) page = null;
        long began = _time.GetTimestamp();
        while (page is null || page.From != promise.Position.Position || page.Entries.Count == 0)
        {
            if (_time.GetElapsedTime(began) > _options.Patience) throw new LedgerException(LedgerFault.Transport, $"Entry {promise.Position.Position} is in the ledger, but did not become final: too few witnesses answer.");
            page = await PageAsync(promise.Position.Position, 1, WaitMilliseconds, cancellation).ConfigureAwait(false);
        }
        _trust.Hold(promise, page);
        return promise.Position;
    }

    // What a run that has ended took lies before the count that its successor tells; all of it becomes final.
    private async ValueTask<LedgerPosition?> FindAsync(AppendCall call, long end, CancellationToken cancellation)
    {
        while (call.Searched < end)
        {
            ProvenPage page = await PageAsync(call.Searched, (int)Math.Min(LedgerLimits.ReadCountMax, end - call.Searched), WaitMilliseconds, cancellation).ConfigureAwait(false);
            if (page.From != call.Searched || page.Entries.Count == 0)
            {
                if (_time.GetElapsedTime(call.Began) > _options.Patience) throw new LedgerException(LedgerFault.Transport, "Whether the entry was appended cannot be told yet: too few witnesses answer.");
                continue;
            }
            foreach (LedgerEntry entry in page.Entries)
            {
                call.Searched++;
                if (entry.Bytes.Span.SequenceEqual(call.Entry.Span)) return new LedgerPosition(entry.Position, entry.TimeMilliseconds);
            }
        }
        return null;
    }

    /// <summary>An append under way.</summary>
    private sealed class AppendCall(ReadOnlyMemory<byte> entry, SigningKey caller, long searched, long began)
    {
        internal ReadOnlyMemory<byte> Entry { get; } = entry;

        internal SigningKey Caller { get; } = caller;

        internal long Began { get; } = began;

        /// <summary>Entries before this one were there before the call began, or are others.</summary>
        internal long Searched { get; set; } = searched;

        internal bool WasSent { get; set; }
    }
}
