using System.Globalization;
using Errand.Ledger;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Asks a host for states over HTTP (<see cref="StateWire"/>). What it answers is nobody's word yet; sizes and pauses are bounded.</summary>
internal sealed class StateDownload(Uri address, TimeProvider time) : IDisposable
{
    private const int BufferSize = 1 << 16;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly BoundedHttp _http = new(address, time);

    /// <summary>The frames of checkpoints that the host gives.</summary>
    /// <exception cref="LedgerException">It cannot be reached, or answers something else.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> CheckpointsAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At(StateWire.CheckpointPath));
        HttpAnswer answer = await _http.SendAsync(request, AnswerTimeout, StateWire.CheckpointsSizeBytesMax, cancellation).ConfigureAwait(false);
        return StateWire.TryDecodeCheckpoints(LedgerAnswers.Content(answer), out IReadOnlyList<ReadOnlyMemory<byte>> frames) ? frames : throw LedgerAnswers.NoLedger();
    }

    /// <summary>Writes the snapshot of a position to a stream.</summary>
    /// <returns>False when the host does not have it.</returns>
    /// <exception cref="LedgerException">It cannot be reached, breaks off, sends nothing for too long, or more than a snapshot may have.</exception>
    public async Task<bool> TrySnapshotAsync(long position, Stream target, Action<long>? progress, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At(StateWire.SnapshotPath + position.ToString(CultureInfo.InvariantCulture)));
        using HttpResponseMessage response = await _http.OpenAsync(request, AnswerTimeout, cancellation).ConfigureAwait(false);
        if ((int)response.StatusCode == 404) return false;
        if (!response.IsSuccessStatusCode) throw new LedgerException(LedgerFault.Transport, $"The host answered with HTTP status {(int)response.StatusCode}.");
        Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[BufferSize];
            long written = 0;
            while (await _http.ReadAsync(body, buffer, AnswerTimeout, cancellation).ConfigureAwait(false) is > 0 and var read)
            {
                written += read;
                if (written > SnapshotFolder.SizeBytesMax) throw new LedgerException(LedgerFault.Transport, $"The snapshot is longer than {SnapshotFolder.SizeBytesMax} bytes.");
                await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                progress?.Invoke(written);
            }
            return true;
        }
    }

    public void Dispose() => _http.Dispose();
}
