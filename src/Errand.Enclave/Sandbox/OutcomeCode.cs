namespace Errand.Enclave;

/// <summary>How a run of an app ended: all that the public receipt says of it.</summary>
public enum OutcomeCode
{
    /// <summary>The app returned, or exited with 0.</summary>
    Ok = 0,

    /// <summary>The app trapped, or exited with another code. There is no output; a log may be there.</summary>
    AppFailed = 1,

    /// <summary>A limit on fuel, memory or output was exceeded. There is no output; a log may be there.</summary>
    Limit = 2,
}
