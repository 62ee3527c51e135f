using System.Net;
using System.Net.Sockets;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>A software TPM behind swtpm's server socket (<c>swtpm socket --tpm2 --server …</c>): raw commands and responses over TCP or a Unix socket.</summary>
/// <remarks>
/// swtpm serves one connection at a time. Each command has its own, so that several programs can use one TPM, and a swtpm that was
/// started again is found again. There is no resource manager: what is loaded stays loaded until it is flushed.
/// </remarks>
public sealed class SwtpmSocket : ITpm
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly EndPoint _server;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>A TPM at an address; nothing is sent yet.</summary>
    public SwtpmSocket(EndPoint server, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(time);
        _server = server;
        _time = time;
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        TpmFrame.RequireCommand(command.Span);
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await ExchangeAsync(command).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A connected socket to an address of swtpm.</summary>
    internal static async Task<Socket> ConnectAsync(EndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, address is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (address is not UnixDomainSocketEndPoint) socket.NoDelay = true;
            await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new TpmException(TpmError.DeviceMissing, $"No swtpm answers at {address}: {refused.Message}", refused);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<byte[]> ExchangeAsync(ReadOnlyMemory<byte> command)
    {
        using var late = new CancellationTokenSource(Patience, _time);
        try
        {
            using Socket socket = await ConnectAsync(_server, late.Token).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: false);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(command, late.Token).ConfigureAwait(false);
                var header = new byte[TpmFrame.HeaderSize];
                await stream.ReadExactlyAsync(header, late.Token).ConfigureAwait(false);
                int size = TpmFrame.ReadSize(header) ?? throw new TpmException(TpmError.MalformedResponse, $"What answers at {_server} is no TPM.");
                var response = new byte[size];
                header.CopyTo(response, 0);
                await stream.ReadExactlyAsync(response.AsMemory(TpmFrame.HeaderSize), late.Token).ConfigureAwait(false);
                return response;
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new TpmException(TpmError.Transport, $"swtpm at {_server} gave no answer within {Patience.TotalSeconds:0} seconds.");
        }
        catch (IOException broken) when (broken is not TpmException)
        {
            throw new TpmException(TpmError.Transport, $"The connection to swtpm at {_server} broke: {broken.Message}", broken);
        }
    }
}
