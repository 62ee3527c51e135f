using System.Net;
using System.Net.Sockets;
using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>swtpm behind TCP on the loopback interface: its Unix socket, forwarded byte for byte.</summary>
public sealed class SwtpmTcpTests : TpmContract, IClassFixture<SwtpmFixture>, IAsyncDisposable
{
    private readonly SwtpmFixture _swtpm;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
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
        _listener.Dispose();
        await _tpm.DisposeAsync();
        await _forwarding;
    }

    private async Task ForwardAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }
            using (client)
            using (Socket server = await SwtpmSocket.ConnectAsync(_swtpm.Machine.Server, CancellationToken.None))
            {
                var buffer = new byte[TpmFrame.SizeMax];
                await server.SendAsync(buffer.AsMemory(0, await client.ReceiveAsync(buffer)));
                await client.SendAsync(buffer.AsMemory(0, await server.ReceiveAsync(buffer)));
            }
        }
    }
}
