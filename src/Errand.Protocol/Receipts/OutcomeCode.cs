namespace Errand.Protocol;

/// <summary>How a run ended, as far as the public may know.</summary>
public enum OutcomeCode
{
    /// <summary>The app ended by itself with exit code 0 and its output was let out.</summary>
    Ok = 0,

    /// <summary>The app trapped or ended with another exit code.</summary>
    AppFailed = 1,

    /// <summary>Fuel, memory or output ran out.</summary>
    Limit = 2,

    /// <summary>What the app left is not of a shape that a data owner demands: it stayed in the enclave.</summary>
    Refused = 3,
}
