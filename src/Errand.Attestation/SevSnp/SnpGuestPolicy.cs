namespace Errand.Attestation;

/// <summary>The guest's launch policy (AMD 56860, section 4.3). Compared as a whole; single bits decide debug and migration.</summary>
/// <param name="Bits">All 64 bits.</param>
public readonly record struct SnpGuestPolicy(ulong Bits)
{
    private const int ReservedOneBit = 17;
    private const int FirstReservedBit = 26;

    /// <summary>ABI version 0.0, SMT allowed, and the bit that must be one: what QEMU uses by default.</summary>
    public static SnpGuestPolicy Default { get; } = new(0x3_0000);

    /// <summary>Bit 18: a migration agent may move the guest.</summary>
    public bool AllowsMigration => Has(18);

    /// <summary>Bit 19: the host may read and write the guest.</summary>
    public bool AllowsDebug => Has(19);

    /// <summary>True when bit 17 is one and bits 63:26 are zero.</summary>
    public bool IsWellFormed => Has(ReservedOneBit) && Bits >> FirstReservedBit == 0;

    /// <inheritdoc/>
    public override string ToString() => $"0x{Bits:x}";

    private bool Has(int bit) => (Bits >> bit & 1) != 0;
}
