using Errand.Attestation;

namespace Errand.Platform;

/// <summary>The TEE that this process runs in, or a development one: gives evidence over report data.</summary>
public interface ITeeReporter
{
    /// <summary>A fresh report over 64 bytes of report data, with the certificates that endorse it.</summary>
    /// <exception cref="ArgumentException"><paramref name="reportData"/> is not 64 bytes.</exception>
    /// <exception cref="IOException">The device does not answer.</exception>
    Task<TeeEvidence> ReportAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancellation);
}
