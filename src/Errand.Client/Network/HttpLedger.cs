using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Errand.Ledger;

namespace Errand.Client;

/// <summary>A ledger on another machine, over HTTP (<see cref="LedgerWire"/>).</summary>
/// <remarks>
/// It checks the form and order of what it is given, not its truth: whoever relies on it folds the entries and compares their
/// tree with signed checkpoints. An append that ends in a <see cref="LedgerFault.Transport"/> fault or is cancelled may be in the log
/// or not; appending the same bytes again is harmless, as the fold counts an entry once. Following goes on over interruptions of
/// up to a minute. Thread-safe.
/// </remarks>
public sealed class HttpLedger : ILedger, IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryPauseMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryPauseMax = TimeSpan.FromSeconds(5);
    // A refusal is longer than what it stands for.
    private const int RetriesMax = 16, FollowWaitMilliseconds = 20_000, AnswerSizeMax = 16 * 1024;

    private readonly BoundedHttp _http;
    private readonly TimeProvider _time;
    private readonly TimeSpan _appendTimeout;

    /// <summary>A ledger at a base address; nothing is sent yet.</summary>
    /// <param name="baseAddress">An absolute http or https URL; paths are appended to it.</param>
    /// <param name="time">For pauses and timeouts.</param>
    /// <param name="appendTimeout">How long an append may take to be final; null for half a minute.</param>
    public HttpLedger(Uri baseAddress, TimeProvider time, TimeSpan? appendTimeout = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        _http = new BoundedHttp(baseAddress, time);
        _time = time;
        _appendTimeout = appendTimeout ?? AnswerTimeout;
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default)
    {
        if (entry.Length is 0 or > LedgerLimits.EntrySizeBytesMax)
            throw new ArgumentException($"An entry has 1 to {LedgerLimits.EntrySizeBytesMax} bytes; this one has {entry.Length}.", nameof(entry));
        using var request = new HttpRequestMessage(HttpMethod.Post, _http.At("ledger")) { Content = new ReadOnlyMemoryContent(entry) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(LedgerWire.EntryType);
        byte[] answer = await SendAsync(request, _appendTimeout, AnswerSizeMax, cancellation).ConfigureAwait(false);
        return LedgerWire.TryDecodePosition(answer, out LedgerPosition position) ? position : throw LedgerAnswers.NoLedger();
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(countMax);
        return ReadAsync(fromPosition, countMax, waitMilliseconds: 0, cancellation);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        return FollowFromAsync(fromPosition, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At("ledger/head"));
        byte[] answer = await SendAsync(request, AnswerTimeout, AnswerSizeMax, cancellation).ConfigureAwait(false);
        return LedgerWire.TryDecodeCount(answer, out long count) ? count : throw LedgerAnswers.NoLedger();
    }

    /// <summary>The newest signed checkpoint as the ledger gives it, unverified; null before the first.</summary>
    public async ValueTask<byte[]?> CheckpointAsync(CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At("checkpoint"));
        HttpAnswer answer = await _http.SendAsync(request, AnswerTimeout, SignedNote.SizeBytesMax, cancellation).ConfigureAwait(false);
        return answer.Status == 404 ? null : LedgerAnswers.Content(answer);
    }

    /// <summary>The genesis document as the network gives it, unverified.</summary>
    public async ValueTask<byte[]> GenesisAsync(CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At("genesis"));
        return await SendAsync(request, AnswerTimeout, LedgerWire.GenesisSizeBytesMax, cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends waiting calls and gives connections free. Later calls fail with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _http.Dispose();

    private async ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long from, int countMax, int waitMilliseconds, CancellationToken cancellation)
    {
        int count = Math.Min(countMax, LedgerLimits.ReadCountMax);
        string query = string.Create(CultureInfo.InvariantCulture, $"ledger?from={from}&max={count}&wait={waitMilliseconds}");
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At(query));
        TimeSpan timeout = AnswerTimeout + TimeSpan.FromMilliseconds(waitMilliseconds);
        byte[] answer = await SendAsync(request, timeout, LedgerWire.PageSizeBytesMax, cancellation).ConfigureAwait(false);
        return LedgerWire.TryDecodePage(answer, from, count, out IReadOnlyList<LedgerEntry> entries) ? entries : throw LedgerAnswers.NoLedger();
    }

    private async IAsyncEnumerable<LedgerEntry> FollowFromAsync(long next, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long lastTime = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (LedgerEntry entry in await ReadPatientlyAsync(next, cancellation).ConfigureAwait(false))
            {
                if (entry.TimeMilliseconds < lastTime) throw new LedgerException(LedgerFault.Damaged, "The ledger's times go backwards between two pages.", entry.Position);
                cancellation.ThrowIfCancellationRequested();
                yield return entry;
                lastTime = entry.TimeMilliseconds;
                next++;
            }
        }
    }

    private async ValueTask<IReadOnlyList<LedgerEntry>> ReadPatientlyAsync(long from, CancellationToken cancellation)
    {
        TimeSpan pause = RetryPauseMin;
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await ReadAsync(from, LedgerLimits.ReadCountMax, FollowWaitMilliseconds, cancellation).ConfigureAwait(false);
            }
            catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport && tries < RetriesMax)
            {
                await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
                pause = pause * 2 < RetryPauseMax ? pause * 2 : RetryPauseMax;
            }
        }
    }

    private async ValueTask<byte[]> SendAsync(HttpRequestMessage request, TimeSpan timeout, int sizeMax, CancellationToken cancellation) =>
        LedgerAnswers.Content(await _http.SendAsync(request, timeout, sizeMax, cancellation).ConfigureAwait(false));
}
