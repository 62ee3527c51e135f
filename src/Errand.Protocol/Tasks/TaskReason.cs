namespace Errand.Protocol;

/// <summary>Why a task ended, or why an attempt failed. Numbers are part of the state and never reused.</summary>
public enum TaskReason
{
    /// <summary>Nothing to explain.</summary>
    None = 0,

    /// <summary>An owner's policy does not allow the task.</summary>
    OwnerDenied = 1,

    /// <summary>An owner did not answer in time.</summary>
    AcceptTimeout = 2,

    /// <summary>No executor claimed, or none was left for another attempt.</summary>
    NoExecutor = 3,

    /// <summary>The drawn executor brought no evidence in time.</summary>
    ExecutorTimeout = 4,

    /// <summary>The committee rejected the evidence.</summary>
    Rejected = 5,

    /// <summary>The committee did not decide in any round.</summary>
    NoQuorum = 6,

    /// <summary>An owner did not release its key.</summary>
    OwnerWithheld = 7,

    /// <summary>The enclave brought no receipt in time.</summary>
    RunTimeout = 8,

    /// <summary>The task's own deadline has passed.</summary>
    DeadlinePassed = 9,

    /// <summary>The executor lost the enclave and said so.</summary>
    Abandoned = 10,

    /// <summary>A reference value of the task was withdrawn before its keys were released.</summary>
    WithdrawnReference = 11,

    /// <summary>The requester took the task back.</summary>
    Withdrawn = 12,

    /// <summary>The requester did not get the result that the executor was to serve.</summary>
    ResultUnavailable = 13,
}
