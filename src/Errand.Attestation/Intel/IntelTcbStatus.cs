namespace Errand.Attestation;

/// <summary>Status of a platform's TCB, with the names that Intel gives them (Intel PCS API, TCB info; Intel TDX DCAP, quote verification).</summary>
public enum IntelTcbStatus
{
    /// <summary>All security updates are applied.</summary>
    UpToDate = 1,

    /// <summary>Up to date, but the software inside needs hardening of its own.</summary>
    SWHardeningNeeded = 2,

    /// <summary>Up to date, but the platform's configuration needs a change.</summary>
    ConfigurationNeeded = 3,

    /// <summary>Both of the above.</summary>
    ConfigurationAndSWHardeningNeeded = 4,

    /// <summary>Security updates are missing.</summary>
    OutOfDate = 5,

    /// <summary>Security updates are missing and the configuration needs a change.</summary>
    OutOfDateConfigurationNeeded = 6,

    /// <summary>Not trustworthy any more.</summary>
    Revoked = 7,

    /// <summary>The TDX module was updated since the domain was launched; launched again the domain would be up to date.</summary>
    TDRelaunchAdvised = 8,

    /// <summary>As <see cref="TDRelaunchAdvised"/>, and the configuration needs a change.</summary>
    TDRelaunchAdvisedConfigurationNeeded = 9,

    /// <summary>Below every level that Intel lists.</summary>
    NotSupported = 10,
}
