using System.Security.Cryptography;

namespace Errand.Tpm;

/// <summary>Sends typed commands to a TPM: encodes, retries what passes by itself, decodes, and makes errors of response codes.</summary>
/// <remarks>The commands themselves are extension methods, by topic: <see cref="TpmCapabilities"/>, <see cref="TpmPcrs"/>, <see cref="TpmNv"/>, <see cref="TpmSessions"/>, <see cref="TpmObjects"/>.</remarks>
public sealed class TpmClient
{
    // 20 ms, doubled up to a second: in all some eight seconds, longer than a TPM tests itself.
    private const int TriesMax = 14;
    private static readonly TimeSpan PauseFirst = TimeSpan.FromMilliseconds(20), PauseMax = TimeSpan.FromSeconds(1);

    private readonly ITpm _tpm;
    private readonly TimeProvider _time;

    /// <summary>A client of a TPM, which stays the caller's.</summary>
    /// <param name="tpm">The TPM.</param>
    /// <param name="time">For pauses between tries.</param>
    public TpmClient(ITpm tpm, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        ArgumentNullException.ThrowIfNull(time);
        _tpm = tpm;
        _time = time;
    }

    /// <summary>Sends a command until it is answered with something that does not pass by itself.</summary>
    /// <exception cref="TpmException">Any answer but success.</exception>
    internal async ValueTask<TpmResponse> SendAsync(TpmCommand command, CancellationToken cancellation)
    {
        byte[] bytes = command.Encode();
        try
        {
            TimeSpan pause = PauseFirst;
            for (int tries = 1; ; tries++)
            {
                byte[] answer = await _tpm.TransmitAsync(bytes, cancellation).ConfigureAwait(false);
                if (TpmResponse.ReadCode(answer) is not { } code) throw Malformed(command.Code);
                if (code == 0) return TpmResponse.TryParse(answer, command) ?? throw Malformed(command.Code);
                if (tries == TriesMax || !TpmErrors.MayPass(TpmErrors.Decode(code))) throw new TpmException(command.Code, code);
                await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    internal static TpmException Malformed(TpmCommandCode command) => new(TpmError.MalformedResponse, $"The answer to TPM2_{command} is no response to it.");
}
