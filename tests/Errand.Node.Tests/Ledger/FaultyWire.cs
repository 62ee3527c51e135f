using System.Net;
using System.Net.Sockets;

namespace Errand.Node.Tests;

/// <summary>A wire that loses requests and answers: it cuts every connection after a number of bytes that a seed draws.</summary>
internal sealed class FaultyWire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _port;
    private readonly Lock _lock = new();
    private readonly Task _loop;
    private uint _state;

    public FaultyWire(Uri to, int seed)
    {
        _port = to.Port;
        _state = (uint)seed * 2 + 1;
        _listener.Start();
        _loop = Task.Run(RunAsync);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>How many connections it has cut.</summary>
    public int Cuts { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            // Half a request, half an answer, or a few of both; the longest answer of these tests, some 25 KB, gets through now and then.
            _ = ServeAsync(client, (int)(Draw() % 6_000), (int)(Draw() % 80_000));
        }
    }

    private async Task ServeAsync(TcpClient client, int there, int back)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                await Task.WhenAny(CopyAsync(client.GetStream(), server.GetStream(), there), CopyAsync(server.GetStream(), client.GetStream(), back));
            }
            catch (SocketException)
            {
                // The ledger is down just now.
            }
            lock (_lock) Cuts++;
            client.LingerState = new LingerOption(true, 0);
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, int budget)
    {
        var buffer = new byte[1_024];
        try
        {
            while (budget > 0 && await from.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, budget)), _stop.Token) is > 0 and var read)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
                budget -= read;
            }
        }
        catch (Exception cut) when (cut is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The other direction was cut.
        }
    }

    private uint Draw()
    {
        lock (_lock)
        {
            unchecked
            {
                _state ^= _state << 13;
                _state ^= _state >> 17;
                _state ^= _state << 5;
                return _state;
            }
        }
    }
}
