namespace Errand.Attestation;

/// <summary>What the report of a virtual machine with a software TPM must say. Every member must be given.</summary>
public sealed record VtpmPolicy
{
    /// <summary>Listed machine states. One that leaves out a PCR of <see cref="VtpmAppraiser.DecisivePcrs"/> matches nothing. Null takes any state: for reports that only show which TPM a host has.</summary>
    public required IReadOnlyList<PlatformReference>? References { get; init; }

    /// <summary>The TPM that it must be (<see cref="VerifiedVtpm.TpmId"/>); null for any.</summary>
    public required ReadOnlyMemory<byte>? TpmId { get; init; }

    /// <summary>The 64 bytes that must have been quoted over.</summary>
    public required ReadOnlyMemory<byte> ReportData { get; init; }
}
