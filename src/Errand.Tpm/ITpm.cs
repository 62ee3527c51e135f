namespace Errand.Tpm;

/// <summary>A TPM 2.0 that takes command bytes and gives response bytes (TPM 2.0 Part 1, section 18). Nothing here knows what they mean.</summary>
/// <remarks>Commands are sent one at a time: implementations queue callers, and are safe for several threads.</remarks>
public interface ITpm : IAsyncDisposable
{
    /// <summary>Sends one whole command and gives its whole response, at most <see cref="TpmFrame.SizeMax"/> bytes each.</summary>
    /// <exception cref="TpmException">The TPM cannot be reached, or answers what is no response. A response code is no exception here.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the command was sent; a command that was sent runs to its end.</exception>
    ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation);
}
