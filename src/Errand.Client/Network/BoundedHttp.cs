using System.Net.Sockets;
using System.Security.Authentication;
using Errand.Ledger;

namespace Errand.Client;

/// <summary>HTTP with a bound on time and on size for every answer; no proxy, no redirects, no cookies. Thread-safe.</summary>
internal sealed class BoundedHttp : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;
    private readonly Uri _base;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closed = new();
    private int _disposed;

    internal BoundedHttp(Uri baseAddress, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        if (!baseAddress.IsAbsoluteUri || (baseAddress.Scheme != Uri.UriSchemeHttp && baseAddress.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException("An absolute http or https URL is needed.", nameof(baseAddress));
        _base = baseAddress.AbsoluteUri.EndsWith('/') ? baseAddress : new Uri(baseAddress.AbsoluteUri + "/");
        _time = time;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = ConnectTimeout };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The address of a path below the base.</summary>
    internal Uri At(string relative) => new(_base, relative);

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: no answer, too late, or too long.</exception>
    internal async ValueTask<HttpAnswer> SendAsync(HttpRequestMessage request, TimeSpan timeout, int sizeMax, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        cancellation.ThrowIfCancellationRequested();
        using var late = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token, _closed.Token);
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return new HttpAnswer((int)response.StatusCode, await ReadBodyAsync(response, sizeMax, either.Token).ConfigureAwait(false));
        }
        catch (Exception fault) when (FaultOf(fault, timeout, cancellation) is { } known)
        {
            throw known;
        }
    }

    /// <summary>Sends a request and gives the answer as soon as it begins; the caller bounds what it reads, and disposes it.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: no answer, or too late.</exception>
    internal async ValueTask<HttpResponseMessage> OpenAsync(HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var late = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token, _closed.Token);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (FaultOf(fault, timeout, cancellation) is { } known)
        {
            throw known;
        }
    }

    /// <summary>Fills a buffer from an open answer; false at its end.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: it broke off, or nothing came in time.</exception>
    internal async ValueTask<bool> TryFillAsync(Stream body, Memory<byte> buffer, TimeSpan timeout, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token, _closed.Token);
        try
        {
            int read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token).ConfigureAwait(false);
            if (read == buffer.Length) return true;
            if (read == 0) return false;
            throw new EndOfStreamException("The stream broke off.");
        }
        catch (Exception fault) when (FaultOf(fault, timeout, cancellation) is { } known)
        {
            throw known;
        }
    }

    /// <summary>Reads what comes next from an open answer; 0 at its end.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: it broke off, or nothing came in time.</exception>
    internal async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, TimeSpan timeout, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token, _closed.Token);
        try
        {
            return await body.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (FaultOf(fault, timeout, cancellation) is { } known)
        {
            throw known;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _closed.Cancel();
        _client.Dispose();
    }

    // What the caller sees of a fault; null for what is none of the transport's.
    private Exception? FaultOf(Exception fault, TimeSpan timeout, CancellationToken cancellation)
    {
        if (fault is not (OperationCanceledException or HttpRequestException or IOException or SocketException or AuthenticationException)) return null;
        if (cancellation.IsCancellationRequested) return fault as OperationCanceledException ?? new OperationCanceledException(fault.Message, fault, cancellation);
        if (_disposed != 0) return new ObjectDisposedException(GetType().FullName);
        return fault is OperationCanceledException
            ? new LedgerException(LedgerFault.Transport, $"{_base} did not answer within {timeout.TotalSeconds:0} seconds.")
            : new LedgerException(LedgerFault.Transport, $"{_base} cannot be reached: {fault.Message}", fault);
    }

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, int sizeMax, CancellationToken cancellation)
    {
        // The announced length is a claim: what is read is bounded whatever it says.
        using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            if (all.Length + read > sizeMax) throw new LedgerException(LedgerFault.Transport, $"The answer is longer than {sizeMax} bytes.");
            all.Write(buffer, 0, read);
        }
        return all.ToArray();
    }
}
