using System.Security.Cryptography;

namespace Errand.Tpm;

/// <summary>A TPM behind Linux's character devices: one write is a command, one read its response.</summary>
/// <remarks>
/// <c>/dev/tpmrm0</c> is the kernel's resource manager: each open file sees only its own objects and sessions, and they are gone when it
/// is closed, however the process ended. <c>/dev/tpm0</c> has no manager and takes one user at a time.
/// </remarks>
public sealed class LinuxTpm : ITpm
{
    /// <summary>The resource manager's device.</summary>
    public const string DefaultDevice = "/dev/tpmrm0";

    private readonly FileStream _device;
    private readonly byte[] _answer = new byte[TpmFrame.SizeMax];
    private readonly SemaphoreSlim _turn = new(1, 1);

    private LinuxTpm(FileStream device) => _device = device;

    /// <summary>Opens a device.</summary>
    /// <exception cref="TpmException">It is missing, not permitted, or in use.</exception>
    public static LinuxTpm Open(string device = DefaultDevice)
    {
        ArgumentNullException.ThrowIfNull(device);
        try
        {
            // The device takes commands whole: nothing may be buffered or split.
            return new LinuxTpm(new FileStream(device, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0 }));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TpmException(TpmError.DeviceMissing, $"There is no TPM at {device}.", missing);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new TpmException(TpmError.DevicePermission, $"This process may not open {device}.", denied);
        }
        catch (IOException busy)
        {
            throw new TpmException(TpmError.DeviceBusy, $"{device} cannot be opened: {busy.Message}", busy);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        TpmFrame.RequireCommand(command.Span);
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _device.WriteAsync(command, CancellationToken.None).ConfigureAwait(false);
            int size = await _device.ReadAsync(_answer, CancellationToken.None).ConfigureAwait(false);
            if (size < TpmFrame.HeaderSize || TpmFrame.ReadSize(_answer) != size) throw new TpmException(TpmError.MalformedResponse, "The TPM's device gave no whole response.");
            return _answer[..size];
        }
        catch (IOException fault) when (fault is not TpmException)
        {
            throw new TpmException(TpmError.Transport, $"The TPM's device failed: {fault.Message}", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_answer);
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _device.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }
}
