using Errand.Attestation;
using Errand.Platform;

namespace Errand.Node.Tests;

/// <summary>A host without a TEE of its own: nobody may ask it.</summary>
internal sealed class SilentTee : ITeeReporter
{
    public Task<TeeEvidence> ReportAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancellation) => throw new IOException("This host makes no reports.");
}
