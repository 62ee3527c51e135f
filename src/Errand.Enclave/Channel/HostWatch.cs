using System.Collections.Concurrent;

namespace Errand.Enclave;

/// <summary>
/// Listens to the host while the app runs, on a thread of its own: without it an enclave would outlive its host. What was asked for is handed over;
/// anything else is the end.
/// </summary>
internal sealed class HostWatch : IEnclavePort
{
    private readonly EnclaveChannel _channel;
    private readonly Action<AbortReason> _ended;
    private readonly BlockingCollection<EnclaveMessage> _answers = [];
    private AbortReason _reason;
    private int _due, _over;

    /// <summary>Begins to listen.</summary>
    /// <param name="channel">The channel, from which nobody else reads any more.</param>
    /// <param name="ended">Told once, at any time before <see cref="TryFinish"/>: the host says what was not asked for, or is gone.</param>
    public HostWatch(EnclaveChannel channel, Action<AbortReason> ended)
    {
        _channel = channel;
        _ended = ended;
        var thread = new Thread(Listen) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Sends a request, which has one answer.</summary>
    /// <exception cref="IOException">The host is gone.</exception>
    public void Send(EnclaveMessage message)
    {
        Interlocked.Increment(ref _due);
        _channel.Send(message);
    }

    /// <inheritdoc/>
    public AbortReason Receive<T>(out T? message)
        where T : EnclaveMessage
    {
        message = null;
        if (!_answers.TryTake(out EnclaveMessage? any, Timeout.Infinite)) return _reason;
        message = any as T;
        return message is null ? AbortReason.Order : AbortReason.None;
    }

    /// <summary>From now on the host may go: called before the last frame, after which it does. False when it has gone already, or broken in, and was told of.</summary>
    public bool TryFinish() => Interlocked.Exchange(ref _over, 1) == 0;

    private void Listen()
    {
        while (TryListen(out EnclaveMessage? message)) _answers.Add(message!);
        _answers.CompleteAdding();
        if (TryFinish()) _ended(_reason);
    }

    private bool TryListen(out EnclaveMessage? message)
    {
        message = null;
        try
        {
            _reason = _channel.Receive(() => Volatile.Read(ref _due) > 0, out message);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            _reason = AbortReason.ChannelClosed;
        }
#pragma warning disable CA1031 // As on the main thread: a runtime's own report of the exception could print what was read.
        catch (Exception)
        {
            _reason = AbortReason.Internal;
        }
#pragma warning restore CA1031
        if (_reason != AbortReason.None) return false;
        Interlocked.Decrement(ref _due);
        return true;
    }
}
