using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Errand.Ledger;

namespace Errand.Node;

/// <summary>A log's line to one witness: one request at a time, for the round that is on (C2SP tlog-witness, the client's side).</summary>
internal sealed class WitnessLink
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5), PauseMin = TimeSpan.FromMilliseconds(50), PauseMax = TimeSpan.FromSeconds(3);
    private const int AnswerSizeMax = 16 * 1024;

    private readonly CosignerKey _key;
    private readonly ITreeLedger _log;
    private readonly WitnessDirectory _directory;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private WitnessStatus _status;
    private long _size;

    internal WitnessLink(CosignerKey key, ITreeLedger log, WitnessDirectory directory, HttpClient http, TimeProvider time)
    {
        _key = key;
        _log = log;
        _directory = directory;
        _http = http;
        _time = time;
        _status = new WitnessStatus(key.Key.ToString(), null, 0, IsUp: false, "not asked yet");
    }

    internal WitnessStatus Status => Volatile.Read(ref _status);

    /// <summary>True when the witness has cosigned more than the log holds: the log has lost entries.</summary>
    internal bool IsAhead { get; private set; }

    /// <summary>Asks for one round after the other until stopped.</summary>
    /// <param name="current">Waits for a round after the given one; null for the first.</param>
    /// <param name="stop">Ends it.</param>
    internal async Task RunAsync(Func<CosignRound?, CancellationToken, ValueTask<CosignRound>> current, CancellationToken stop)
    {
        CosignRound? done = null;
        TimeSpan pause = PauseMin;
        while (true)
        {
            CosignRound round = await current(done, stop).ConfigureAwait(false);
            if (await TryAskAsync(round, stop).ConfigureAwait(false) is { } line)
            {
                round.Add(line);
                done = round;
                pause = PauseMin;
                continue;
            }
            await Task.Delay(pause, _time, stop).ConfigureAwait(false);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    private async ValueTask<NoteSignature?> TryAskAsync(CosignRound round, CancellationToken stop)
    {
        if (_directory.Find(_key.Key) is not { } address) return Fail(null, "its address is not known");
        try
        {
            // Where it stands is known after one refusal at the most; it may have been asked by an earlier run of this log.
            for (int tries = 0; tries < 2; tries++)
            {
                if (_size > round.Checkpoint.Checkpoint.Size) return Overtaken(round, address);
                (int status, byte[] body) = await SendAsync(address, round.Checkpoint, stop).ConfigureAwait(false);
                if (status == 409 && TryReadSize(body, out long size) && size != _size) _size = size;
                else return status == 200 ? Take(round, address, body) : Fail(address, $"it answered with HTTP status {status}");
            }
            return _size > round.Checkpoint.Checkpoint.Size ? Overtaken(round, address) : Fail(address, "it names one size after the other");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or LedgerException || (fault is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return Fail(address, fault is OperationCanceledException ? "it did not answer in time" : fault.Message);
        }
    }

    private NoteSignature? Take(CosignRound round, Uri address, byte[] body)
    {
        // "The client MUST ignore any cosignatures from unknown keys."
        SignedNote note = round.Checkpoint.Note;
        NoteSignature? line = SignedNote.TryReadLines(body, out IReadOnlyList<NoteSignature> lines) ? lines.FirstOrDefault(_key.Names) : null;
        if (line is null || !_key.HasCosigned(note.With([line]), out _)) return Fail(address, "its cosignature does not hold");
        _size = round.Checkpoint.Checkpoint.Size;
        IsAhead = false;
        Volatile.Write(ref _status, new WitnessStatus(_key.Key.ToString(), address.ToString(), _size, IsUp: true, ""));
        return line;
    }

    private NoteSignature? Overtaken(CosignRound round, Uri address)
    {
        IsAhead = _size > _log.LatestCheckpoint.Checkpoint.Size;
        round.Overtake(_key.Key);
        return Fail(address, IsAhead ? $"it has cosigned {_size} entries, which is more than there are" : $"it has cosigned {_size} entries already");
    }

    private NoteSignature? Fail(Uri? address, string said)
    {
        Volatile.Write(ref _status, new WitnessStatus(_key.Key.ToString(), address?.ToString(), _size, IsUp: false, said));
        return null;
    }

    private async Task<(int Status, byte[] Body)> SendAsync(Uri address, SignedCheckpoint checkpoint, CancellationToken stop)
    {
        var body = new AddCheckpointRequest(_size, _log.ProveConsistency(_size, checkpoint.Checkpoint.Size), checkpoint.Note);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "add-checkpoint")) { Content = new ByteArrayContent(body.ToBytes()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        using var late = new CancellationTokenSource(AnswerTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
        using Stream answer = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
        var buffer = new byte[AnswerSizeMax];
        int size = await answer.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token).ConfigureAwait(false);
        return ((int)response.StatusCode, size == buffer.Length ? [] : buffer[..size]);
    }

    private static bool TryReadSize(byte[] body, out long size)
    {
        string text = Encoding.ASCII.GetString(body);
        return long.TryParse(text.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out size);
    }
}
