using Errand.Attestation;
using Errand.Platform;

namespace Errand.Node.Tests;

/// <summary>An executor's TEE that can be exchanged for a bad one after the machine has qualified.</summary>
internal sealed class SwitchableTee(DevelopmentTee good) : ITeeReporter
{
    public DevelopmentTee Good => good;

    /// <summary>What reports instead; null for the good one.</summary>
    public ITeeReporter? Bad { get; set; }

    public Task<TeeEvidence> ReportAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancellation) => (Bad ?? good).ReportAsync(reportData, cancellation);
}
