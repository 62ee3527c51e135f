namespace Errand.Attestation;

/// <summary>ATTRIBUTES of a trust domain (Intel TDX module ABI specification, TD_ATTRIBUTES).</summary>
/// <param name="Bits">All 64 bits.</param>
public readonly record struct TdAttributes(ulong Bits)
{
    // Bits 7:0 are the group that makes a domain untrusted: DEBUG, and profiling by the host.
    private const ulong UntrustedBits = 0xFF;
    private const ulong MigratableBit = 1ul << 29;

    // ICSSD, LASS, SEPT_VE_DISABLE, MIGRATABLE, PKS, KL, TPA, PERFMON.
    private const ulong KnownBits = UntrustedBits | 1ul << 16 | 1ul << 27 | 1ul << 28 | MigratableBit | 1ul << 30 | 1ul << 31 | 1ul << 62 | 1ul << 63;

    /// <summary>Bit 0, DEBUG: the host may read and write the domain.</summary>
    public bool IsDebug => (Bits & 1) != 0;

    /// <summary>Bits 7:0: the host may debug or profile the domain.</summary>
    public bool IsUntrusted => (Bits & UntrustedBits) != 0;

    /// <summary>Bit 29: the domain may be moved to another machine.</summary>
    public bool IsMigratable => (Bits & MigratableBit) != 0;

    /// <summary>True when no reserved bit is set.</summary>
    public bool IsWellFormed => (Bits & ~KnownBits) == 0;

    /// <inheritdoc/>
    public override string ToString() => $"0x{Bits:x}";
}
