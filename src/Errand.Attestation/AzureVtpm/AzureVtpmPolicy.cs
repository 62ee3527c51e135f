namespace Errand.Attestation;

/// <summary>
/// What evidence of an Azure confidential VM must say to be accepted. Every member must be given, and empty lists of references accept
/// nothing. The hardware policies' references are those of Azure's paravisor and firmware; that the hardware report is bound to the runtime
/// claims has been verified, so their rules for report data need not look at it.
/// </summary>
public sealed record AzureVtpmPolicy
{
    /// <summary>Policy for AMD processors; null when they are not allowed.</summary>
    public required SnpPolicy? SevSnp { get; init; }

    /// <summary>Policy for Intel processors; null when they are not allowed.</summary>
    public required TdxPolicy? Tdx { get; init; }

    /// <summary>Reference values of PCRs, one of which must match: what the guest booted.</summary>
    public required IReadOnlyList<AzurePcrReference> PcrReferences { get; init; }

    /// <summary>Whether the configuration must say that secure boot is on. The host says so; PCR 7 is the proof.</summary>
    public required bool RequireSecureBoot { get; init; }

    /// <summary>Members of the configuration that must have a value, such as <c>console-enabled</c>: false. May be empty.</summary>
    public required IReadOnlyDictionary<string, bool> VmSettings { get; init; }

    /// <summary>Which VM.</summary>
    public required AzureVmRule Vm { get; init; }

    /// <summary>What the guest's data must be.</summary>
    public required AzureUserDataRule UserData { get; init; }
}
