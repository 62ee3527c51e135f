using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>Makes enclaves.</summary>
public interface IEnclaveLauncher : IAsyncDisposable
{
    /// <summary>What the TEE measures of the enclaves made here: 48 bytes (SHA-384).</summary>
    ReadOnlyMemory<byte> Measurement { get; }

    /// <summary>True when an enclave made here has the memory for a task. An executor does not claim a task of which it is false.</summary>
    /// <param name="limits">What the task asks for.</param>
    /// <param name="heldBytes">Bytes of sealed inputs that it holds in memory: <see cref="EnclaveLimits.HeldBytes"/>.</param>
    bool Fits(TaskLimits limits, long heldBytes);

    /// <summary>Makes an enclave that has said hello and has had no task yet.</summary>
    /// <returns>The session, or <see cref="AbortReason.StartTimeout"/> or <see cref="AbortReason.EnclaveLost"/>.</returns>
    Task<EnclaveAnswer<IEnclaveSession>> LaunchAsync(CancellationToken cancellation);
}
