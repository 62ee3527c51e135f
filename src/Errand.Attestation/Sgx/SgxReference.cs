namespace Errand.Attestation;

/// <summary>A reference value: what an allowed enclave's report says, field by field. All fields must match.</summary>
public sealed record SgxReference
{
    /// <summary>What it is called in documents and results.</summary>
    public required string Name { get; init; }

    /// <summary>MRENCLAVE, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> MrEnclave { get; init; }

    /// <summary>MRSIGNER, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> MrSigner { get; init; }

    /// <summary>ISVPRODID.</summary>
    public required ushort IsvProductId { get; init; }

    /// <summary>The least ISVSVN: a lower one is refused.</summary>
    public required ushort IsvSvnMin { get; init; }

    /// <summary>ATTRIBUTES: all flags and XFRM.</summary>
    public required SgxAttributes Attributes { get; init; }

    /// <summary>MISCSELECT.</summary>
    public required uint MiscSelect { get; init; }

    /// <summary>CONFIGID, 64 bytes; zero without key separation and sharing.</summary>
    public required ReadOnlyMemory<byte> ConfigId { get; init; }

    /// <summary>CONFIGSVN.</summary>
    public required ushort ConfigSvn { get; init; }

    /// <summary>ISVEXTPRODID, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> IsvExtendedProductId { get; init; }

    /// <summary>ISVFAMILYID, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> IsvFamilyId { get; init; }

    /// <summary>The name of the first field in which a report differs; null when none does.</summary>
    public string? FirstDifference(SgxReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (!Same(report.MrEnclave, MrEnclave)) return "mrenclave";
        if (!Same(report.MrSigner, MrSigner)) return "mrsigner";
        if (report.IsvProductId != IsvProductId) return "isvprodid";
        if (report.IsvSvn < IsvSvnMin) return "isvsvn";
        if (report.Attributes != Attributes) return "attributes";
        if (report.MiscSelect != MiscSelect) return "miscselect";
        if (!Same(report.ConfigId, ConfigId)) return "configid";
        if (report.ConfigSvn != ConfigSvn) return "configsvn";
        if (!Same(report.IsvExtendedProductId, IsvExtendedProductId)) return "isvextprodid";
        return Same(report.IsvFamilyId, IsvFamilyId) ? null : "isvfamilyid";
    }

    private static bool Same(ReadOnlyMemory<byte> actual, ReadOnlyMemory<byte> expected) => actual.Span.SequenceEqual(expected.Span);
}
