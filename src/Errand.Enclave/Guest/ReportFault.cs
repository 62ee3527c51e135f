namespace Errand.Enclave;

/// <summary>Why a machine took no report from its processor.</summary>
internal enum ReportFault
{
    /// <summary>A module of the image is missing, or the kernel does not take it.</summary>
    Module = 1,

    /// <summary>The kernel shows no configfs, or makes no report in it.</summary>
    NoReports = 2,

    /// <summary>The provider's name is missing or not known here.</summary>
    Provider = 3,

    /// <summary>An earlier request is still under way.</summary>
    Busy = 4,

    /// <summary>The kernel counts other writes than the one that was made: the report may be over other data.</summary>
    Generation = 5,

    /// <summary>The kernel gives reports for a less privileged level only.</summary>
    PrivilegeLevel = 6,

    /// <summary>The report has no size that one has.</summary>
    Size = 7,

    /// <summary>The report is over other data than was asked for.</summary>
    ReportData = 8,

    /// <summary>The kernel refused to read, write or remove.</summary>
    Device = 9,

    /// <summary>The way to another report could not be closed.</summary>
    StillOpen = 10,

    /// <summary>The TPM that measured the boot gave no quote, or the kernel no log of what was measured.</summary>
    Tpm = 11,
}
