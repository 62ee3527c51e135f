using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>The requests that a served ledger or its mirror answers (docs/protocol.md section 10.3). Gives what it is told, unverified.</summary>
internal sealed class ServedLedgerHttp(Uri address, TimeProvider time) : IProofSource, IDisposable
{
    // A stream gives a sign of life every ten seconds.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30), SilenceMax = TimeSpan.FromSeconds(35);

    private readonly BoundedHttp _http = new(address, time);

    internal async ValueTask<LedgerSession> SessionAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At("ledger/session"));
        byte[] answer = LedgerAnswers.Content(await _http.SendAsync(request, AnswerTimeout, ProblemSizeMax, cancellation).ConfigureAwait(false));
        return LedgerSession.TryDecode(answer) ?? throw LedgerAnswers.NoLedger();
    }

    /// <summary>True when the host proves what it gives; false when it answers in another way.</summary>
    internal async ValueTask<bool> IsServedAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At("ledger/session"));
        HttpAnswer answer = await _http.SendAsync(request, AnswerTimeout, ProblemSizeMax, cancellation).ConfigureAwait(false);
        return answer.Status == 200 && LedgerSession.TryDecode(answer.Body) is not null;
    }

    /// <summary>Sends a signed append; the answer may be a refusal.</summary>
    internal async ValueTask<HttpAnswer> AppendAsync(RequestSignature signature, ReadOnlyMemory<byte> entry, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _http.At(AppendPath)) { Content = new ReadOnlyMemoryContent(entry) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(LedgerWire.EntryType);
        request.Headers.Authorization = new AuthenticationHeaderValue(RequestSignature.Scheme, signature.ToToken());
        return await _http.SendAsync(request, AnswerTimeout, AppendAnswer.SizeBytesMax, cancellation).ConfigureAwait(false);
    }

    /// <summary>The path and query that an append is signed for.</summary>
    internal string AppendTarget => _http.At(AppendPath).PathAndQuery;

    /// <summary>A page from a position on; waits for its first entry, up to half a minute.</summary>
    internal async ValueTask<ProvenPage> PageAsync(long from, int countMax, int waitMilliseconds, CancellationToken cancellation)
    {
        string query = string.Create(CultureInfo.InvariantCulture, $"ledger/proven?from={from}&max={countMax}&wait={waitMilliseconds}");
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At(query));
        byte[] answer = LedgerAnswers.Content(await _http.SendAsync(request, AnswerTimeout + TimeSpan.FromMilliseconds(waitMilliseconds), ProvenPage.SizeBytesMax, cancellation).ConfigureAwait(false));
        return ProvenPage.TryDecode(answer, out ProvenPage? page) && page.Entries.Count <= countMax ? page : throw LedgerAnswers.NoLedger();
    }

    /// <inheritdoc/>
    public async ValueTask<ProvenPage?> PageAsync(long from, int countMax, CancellationToken cancellation)
    {
        try
        {
            return await PageAsync(from, countMax, waitMilliseconds: 0, cancellation).ConfigureAwait(false);
        }
        catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Bytes32>?> ConsistencyAsync(long oldSize, long newSize, CancellationToken cancellation)
    {
        string query = string.Create(CultureInfo.InvariantCulture, $"ledger/consistency?from={oldSize}&to={newSize}");
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At(query));
        HttpAnswer answer = await _http.SendAsync(request, AnswerTimeout, ProblemSizeMax, cancellation).ConfigureAwait(false);
        if (answer.Status is 400 or 404) return null;
        return LedgerWire.TryDecodeProof(LedgerAnswers.Content(answer), out Bytes32[] proof) ? proof : throw LedgerAnswers.NoLedger();
    }

    /// <summary>Pages from a position on as they come; ends in a fault, for a stream has no end of its own.</summary>
    internal async IAsyncEnumerable<ProvenPage> FollowAsync(long from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string query = string.Create(CultureInfo.InvariantCulture, $"ledger/follow?from={from}");
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At(query));
        using HttpResponseMessage response = await _http.OpenAsync(request, AnswerTimeout, cancellation).ConfigureAwait(false);
        if ((int)response.StatusCode != 200) throw new LedgerException(LedgerFault.Transport, $"The ledger answered with HTTP status {(int)response.StatusCode}.");
        using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var head = new byte[sizeof(int)];
        while (await _http.TryFillAsync(body, head, SilenceMax, cancellation).ConfigureAwait(false))
        {
            int size = BinaryPrimitives.ReadInt32BigEndian(head);
            if (size is < 1 or > ProvenPage.SizeBytesMax) throw LedgerAnswers.NoLedger();
            var frame = new byte[size];
            if (!await _http.TryFillAsync(body, frame, SilenceMax, cancellation).ConfigureAwait(false) || !ProvenPage.TryDecode(frame, out ProvenPage? page)) throw LedgerAnswers.NoLedger();
            yield return page;
        }
        throw new LedgerException(LedgerFault.Transport, "The ledger ended its stream of entries.");
    }

    public void Dispose() => _http.Dispose();

    private const string AppendPath = "ledger";
    private const int ProblemSizeMax = 64 * 1024;
}
