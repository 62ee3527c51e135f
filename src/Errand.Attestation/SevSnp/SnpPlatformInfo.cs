namespace Errand.Attestation;

/// <summary>PLATFORM_INFO of a report (AMD 56860, ATTESTATION_REPORT offset 40h): how the machine is set up. Other bits are reserved.</summary>
[Flags]
public enum SnpPlatformInfo : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>SMT_EN: simultaneous multithreading is on.</summary>
    SmtEnabled = 1 << 0,

    /// <summary>TSME_EN: all memory is encrypted, also that of no guest.</summary>
    TsmeEnabled = 1 << 1,

    /// <summary>ECC_EN: memory corrects errors.</summary>
    EccEnabled = 1 << 2,

    /// <summary>RAPL_DIS: nobody can read the power that the processor draws, and learn from it.</summary>
    RaplDisabled = 1 << 3,

    /// <summary>CIPHERTEXT_HIDING_DRAM_EN: the host cannot read a guest's encrypted memory.</summary>
    CiphertextHidingEnabled = 1 << 4,

    /// <summary>ALIAS_CHECK_COMPLETE: since the last start the firmware has checked that no two addresses lead to the same memory.</summary>
    AliasCheckComplete = 1 << 5,

    /// <summary>TIO_EN: devices may be part of guests (SEV-TIO).</summary>
    TioEnabled = 1 << 7,
}
