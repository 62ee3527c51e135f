namespace Errand.Enclave;

/// <summary>Makes enclaves.</summary>
public interface IEnclaveLauncher : IAsyncDisposable
{
    /// <summary>What the TEE measures of the enclaves made here: 48 bytes (SHA-384).</summary>
    ReadOnlyMemory<byte> Measurement { get; }

    /// <summary>Makes an enclave that has said hello and has had no task yet.</summary>
    /// <returns>The session, or <see cref="AbortReason.StartTimeout"/> or <see cref="AbortReason.EnclaveLost"/>.</returns>
    Task<EnclaveAnswer<IEnclaveSession>> LaunchAsync(CancellationToken cancellation);
}
