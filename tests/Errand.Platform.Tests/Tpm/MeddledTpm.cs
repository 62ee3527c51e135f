using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>A TPM to which something happens between two commands.</summary>
/// <param name="tpm">The TPM.</param>
/// <param name="before">Called before each command with its number, from 0; gives a response of its own, or null to pass the command on.</param>
internal sealed class MeddledTpm(ITpm tpm, Func<int, ValueTask<byte[]?>> before) : ITpm
{
    public int Count { get; private set; }

    public async ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation) =>
        await before(Count++) ?? await tpm.TransmitAsync(command, cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
