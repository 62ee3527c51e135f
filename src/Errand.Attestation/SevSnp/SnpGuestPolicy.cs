namespace Errand.Attestation;

/// <summary>The guest's launch policy (AMD 56860, section 4.3). Compared as a whole; single bits decide debug and migration.</summary>
/// <param name="Bits">All 64 bits.</param>
public readonly record struct SnpGuestPolicy(ulong Bits)
{
    private const int ReservedOneBit = 17;
    private const int FirstReservedBit = 26;

    /// <summary>ABI version 0.0, SMT allowed, and the bit that must be one: what QEMU uses by default.</summary>
    public static SnpGuestPolicy Default { get; } = new(0x3_0000);

    /// <summary>Bits 7:0: least minor version of the firmware's interface.</summary>
    public byte AbiMinor => (byte)(Bits & 0xFF);

    /// <summary>Bits 15:8: least major version of the firmware's interface.</summary>
    public byte AbiMajor => (byte)(Bits >> 8 & 0xFF);

    /// <summary>Bit 16: the guest may run where simultaneous multithreading is on.</summary>
    public bool AllowsSmt => Has(16);

    /// <summary>Bit 18: a migration agent may move the guest.</summary>
    public bool AllowsMigration => Has(18);

    /// <summary>Bit 19: the host may read and write the guest.</summary>
    public bool AllowsDebug => Has(19);

    /// <summary>Bit 20: the guest runs on one socket only.</summary>
    public bool RequiresSingleSocket => Has(20);

    /// <summary>Bit 21: devices on CXL may hold the guest's memory.</summary>
    public bool AllowsCxl => Has(21);

    /// <summary>Bit 22: memory is encrypted with AES-256-XTS.</summary>
    public bool RequiresAes256Xts => Has(22);

    /// <summary>Bit 23: power readings are off.</summary>
    public bool RequiresRaplDisabled => Has(23);

    /// <summary>Bit 24: the host cannot read the guest's encrypted memory.</summary>
    public bool RequiresCiphertextHiding => Has(24);

    /// <summary>Bit 25: the host cannot move the guest's pages.</summary>
    public bool RequiresPageSwapDisabled => Has(25);

    /// <summary>True when bit 17 is one and bits 63:26 are zero.</summary>
    public bool IsWellFormed => Has(ReservedOneBit) && Bits >> FirstReservedBit == 0;

    /// <inheritdoc/>
    public override string ToString() => $"0x{Bits:x}";

    private bool Has(int bit) => (Bits >> bit & 1) != 0;
}
