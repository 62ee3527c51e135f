using Errand.Attestation;

namespace Errand.Platform;

/// <summary>What a development TEE reports about itself.</summary>
public sealed record DevelopmentTeeOptions
{
    /// <summary>CHIP_ID, 64 bytes; see <see cref="DevelopmentTee.DeriveChipId"/>.</summary>
    public required ReadOnlyMemory<byte> ChipId { get; init; }

    /// <summary>MEASUREMENT, 48 bytes.</summary>
    public required ReadOnlyMemory<byte> Measurement { get; init; }

    /// <summary>REPORTED_TCB, which also selects the VCEK.</summary>
    public SnpTcb ReportedTcb { get; init; } = DefaultTcb;

    /// <summary>COMMITTED_TCB.</summary>
    public SnpTcb CommittedTcb { get; init; } = DefaultTcb;

    /// <summary>LAUNCH_TCB.</summary>
    public SnpTcb LaunchTcb { get; init; } = DefaultTcb;

    /// <summary>CURRENT_TCB.</summary>
    public SnpTcb CurrentTcb { get; init; } = DefaultTcb;

    /// <summary>Guest policy.</summary>
    public SnpGuestPolicy Policy { get; init; } = SnpGuestPolicy.Default;

    /// <summary>Privilege level, 0 to 3.</summary>
    public uint Vmpl { get; init; }

    /// <summary>GUEST_SVN.</summary>
    public uint GuestSvn { get; init; }

    /// <summary>HOST_DATA, 32 bytes.</summary>
    public ReadOnlyMemory<byte> HostData { get; init; } = new byte[32];

    /// <summary>PLATFORM_INFO; by default what real machines report.</summary>
    public SnpPlatformInfo PlatformInfo { get; init; } = SnpPlatformInfo.SmtEnabled | SnpPlatformInfo.EccEnabled | SnpPlatformInfo.AliasCheckComplete;

    /// <summary>LAUNCH_MIT_VECTOR, reported from version 5.</summary>
    public ulong LaunchMitigations { get; init; }

    /// <summary>CURRENT_MIT_VECTOR, reported from version 5.</summary>
    public ulong CurrentMitigations { get; init; }

    /// <summary>True to report a CHIP_ID of zeros.</summary>
    public bool MaskChipId { get; init; }

    /// <summary>Report version, 3 or 5.</summary>
    public int Version { get; init; } = 5;

    /// <summary>A firmware version that real Genoa machines report.</summary>
    public static SnpTcb DefaultTcb { get; } = new(0, 10, 0, 27, 27);
}
