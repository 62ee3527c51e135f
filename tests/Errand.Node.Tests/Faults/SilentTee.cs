using Errand.Attestation;
using Errand.Platform;

namespace Errand.Node.Tests;

/// <summary>A host without a TEE of its own: nobody may ask it.</summary>
internal sealed class SilentTee : ITeeReporter
{
    public TeeEvidence Report(ReadOnlySpan<byte> reportData) => throw new IOException("This host makes no reports.");
}
