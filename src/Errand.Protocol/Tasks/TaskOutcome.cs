namespace Errand.Protocol;

/// <summary>How a task ended. Each ends exactly once.</summary>
public enum TaskOutcome
{
    /// <summary>It has not ended.</summary>
    None = 0,

    /// <summary>A receipt is on the ledger.</summary>
    Completed = 1,

    /// <summary>An owner refused.</summary>
    Denied = 2,

    /// <summary>It could not be done.</summary>
    Failed = 3,

    /// <summary>Its time ran out.</summary>
    Expired = 4,

    /// <summary>The requester took it back.</summary>
    Withdrawn = 5,
}
