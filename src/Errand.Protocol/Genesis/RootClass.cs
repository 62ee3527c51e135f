namespace Errand.Protocol;

/// <summary>What a pinned vendor root vouches for. Numbers are on the wire.</summary>
public enum RootClass
{
    /// <summary>Not allowed on the wire.</summary>
    None = 0,

    /// <summary>Endorsement keys of discrete TPMs.</summary>
    TpmDiscrete = 1,

    /// <summary>Endorsement keys of firmware TPMs.</summary>
    TpmFirmware = 2,

    /// <summary>Endorsement keys of virtual TPMs: no better than the host that runs them.</summary>
    TpmVirtual = 3,

    /// <summary>AMD's ARK.</summary>
    SevSnp = 4,

    /// <summary>Intel's SGX root.</summary>
    IntelSgx = 5,

    /// <summary>Development TPMs; only in networks marked development.</summary>
    DevelopmentTpm = 64,

    /// <summary>Development TEEs; only in networks marked development.</summary>
    DevelopmentTee = 65,
}
