using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>swtpm's control channel (<c>--ctrl …</c>): what a machine's power button and firmware do. Every command is four bytes of number, then its own.</summary>
public sealed class SwtpmControl
{
    private const uint Init = 2, Shutdown = 3, StoreVolatile = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly EndPoint _control;
    private readonly TimeProvider _time;

    /// <summary>The control channel at an address; nothing is sent yet.</summary>
    public SwtpmControl(EndPoint control, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(time);
        _control = control;
        _time = time;
    }

    /// <summary>Takes power away and gives it back: what is volatile is gone, and TPM2_Startup must come next.</summary>
    public Task PowerCycleAsync(CancellationToken cancellation) => SendAsync(Init, [0, 0, 0, 0], cancellation);

    /// <summary>Writes what is volatile to swtpm's folder, so that its next start goes on as if nothing had been.</summary>
    public Task StoreVolatileAsync(CancellationToken cancellation) => SendAsync(StoreVolatile, [], cancellation);

    /// <summary>Ends the swtpm process in order.</summary>
    public Task ShutDownAsync(CancellationToken cancellation) => SendAsync(Shutdown, [], cancellation);

    private async Task SendAsync(uint command, byte[] body, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            using Socket socket = await SwtpmSocket.ConnectAsync(_control, either.Token).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: false);
            await using (stream.ConfigureAwait(false))
            {
                var message = new byte[4 + body.Length];
                BinaryPrimitives.WriteUInt32BigEndian(message, command);
                body.CopyTo(message, 4);
                await stream.WriteAsync(message, either.Token).ConfigureAwait(false);
                var result = new byte[4];
                await stream.ReadExactlyAsync(result, either.Token).ConfigureAwait(false);
                uint code = BinaryPrimitives.ReadUInt32BigEndian(result);
                if (code != 0) throw new TpmException(TpmError.Transport, $"swtpm refused control command {command} with {code:x8}.");
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new TpmException(TpmError.Transport, $"swtpm's control channel at {_control} gave no answer within {Patience.TotalSeconds:0} seconds.");
        }
        catch (IOException broken) when (broken is not TpmException)
        {
            throw new TpmException(TpmError.Transport, $"The connection to swtpm's control channel at {_control} broke: {broken.Message}", broken);
        }
    }
}
