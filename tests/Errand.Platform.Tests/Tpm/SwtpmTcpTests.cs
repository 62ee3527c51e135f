using System.Net;
using System.Net.Sockets;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>swtpm behind TCP on the loopback interface: its Unix socket, forwarded byte for byte.</summary>
public sealed class SwtpmTcpTests : TpmContract, IClassFixture<SwtpmFixture>, IAsyncDisposable
{
    private readonly SwtpmFixture _swtpm;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SwtpmSocket _tpm;
    private readonly Task _forwarding;

    public SwtpmTcpTests(SwtpmFixture swtpm)
    {
        _swtpm = swtpm;
        _listener.Start();
        _tpm = new SwtpmSocket(_listener.LocalEndpoint, TimeProvider.System);
        _forwarding = ForwardAsync();
    }

    protected override ITpm Tpm
    {
        get
        {
            _ = _swtpm.Machine; // skips where there is none
            return _tpm;
        }
    }

    protected override EkTemplate Template => EkTemplate.EccL2;

    public async ValueTask DisposeAsync()
    {
        await _tpm.DisposeAsync();
        await _stop.CancelAsync();
        await _forwarding;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ForwardAsync()
    {
        try
        {
            while (true)
            {
                using Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                using Socket server = await SwtpmSocket.ConnectAsync(_swtpm.Machine.Server, _stop.Token);
                var buffer = new byte[TpmFrame.SizeMax];
                await server.SendAsync(buffer.AsMemory(0, await client.ReceiveAsync(buffer, _stop.Token)));
                await client.SendAsync(buffer.AsMemory(0, await server.ReceiveAsync(buffer, _stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
