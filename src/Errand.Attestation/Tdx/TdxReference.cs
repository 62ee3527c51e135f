namespace Errand.Attestation;

/// <summary>A reference value: what an allowed domain's report says, field by field. All fields must match. Registers have 48 bytes.</summary>
public sealed record TdxReference
{
    /// <summary>What it is called in documents and results.</summary>
    public required string Name { get; init; }

    /// <summary>MRTD: firmware as the domain was built from it.</summary>
    public required ReadOnlyMemory<byte> MrTd { get; init; }

    /// <summary>RTMR0: firmware configuration, ACPI tables.</summary>
    public required ReadOnlyMemory<byte> Rtmr0 { get; init; }

    /// <summary>RTMR1: kernel.</summary>
    public required ReadOnlyMemory<byte> Rtmr1 { get; init; }

    /// <summary>RTMR2: kernel command line and initial file system.</summary>
    public required ReadOnlyMemory<byte> Rtmr2 { get; init; }

    /// <summary>RTMR3 while the domain still makes evidence. Another value is refused as <c>closed</c>.</summary>
    public required ReadOnlyMemory<byte> Rtmr3 { get; init; }

    /// <summary>MRSEAM: the TDX module.</summary>
    public required ReadOnlyMemory<byte> MrSeam { get; init; }

    /// <summary>MRSIGNERSEAM: the module's signer, zero for Intel.</summary>
    public required ReadOnlyMemory<byte> MrSignerSeam { get; init; }

    /// <summary>All bits of TDATTRIBUTES.</summary>
    public required TdAttributes Attributes { get; init; }

    /// <summary>XFAM.</summary>
    public required ulong Xfam { get; init; }

    /// <summary>MRCONFIGID.</summary>
    public required ReadOnlyMemory<byte> MrConfigId { get; init; }

    /// <summary>MROWNER.</summary>
    public required ReadOnlyMemory<byte> MrOwner { get; init; }

    /// <summary>MROWNERCONFIG.</summary>
    public required ReadOnlyMemory<byte> MrOwnerConfig { get; init; }

    /// <summary>MRSERVICETD, zero without service domains. Reports of TDX 1.0 have none and match zero.</summary>
    public required ReadOnlyMemory<byte> MrServiceTd { get; init; }

    /// <summary>The name of the first field but RTMR3 in which a report differs; null when none does.</summary>
    public string? FirstDifference(TdReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (!Same(report.MrTd, MrTd)) return "mrtd";
        if (!Same(report.Rtmr(0), Rtmr0)) return "rtmr0";
        if (!Same(report.Rtmr(1), Rtmr1)) return "rtmr1";
        if (!Same(report.Rtmr(2), Rtmr2)) return "rtmr2";
        if (!Same(report.MrSeam, MrSeam)) return "mrseam";
        if (!Same(report.MrSignerSeam, MrSignerSeam)) return "mrsignerseam";
        if (report.Attributes != Attributes) return "attributes";
        if (report.Xfam != Xfam) return "xfam";
        if (!Same(report.MrConfigId, MrConfigId)) return "mrconfigid";
        if (!Same(report.MrOwner, MrOwner)) return "mrowner";
        if (!Same(report.MrOwnerConfig, MrOwnerConfig)) return "mrownerconfig";
        return Same(report.MrServiceTd ?? new byte[TdReport.RegisterSize], MrServiceTd) ? null : "mrservicetd";
    }

    private static bool Same(ReadOnlyMemory<byte> actual, ReadOnlyMemory<byte> expected) => actual.Span.SequenceEqual(expected.Span);
}
