namespace Errand.Protocol;

/// <summary>Why a key broker does not accept or release. Numbers are on the wire and never reused.</summary>
public enum DenyReason
{
    /// <summary>The policy does not allow this app on this data, or this data for this app.</summary>
    Asset = 1,

    /// <summary>The policy does not allow this requester.</summary>
    Requester = 2,

    /// <summary>The policy does not allow these recipients.</summary>
    Recipient = 3,

    /// <summary>The policy does not allow these arguments.</summary>
    Arguments = 4,

    /// <summary>The policy's accepts are used up.</summary>
    AcceptBudget = 5,

    /// <summary>Fewer executors fit than the policy demands.</summary>
    EligibleSet = 6,

    /// <summary>Output limit, log limit or padding is not what the policy allows.</summary>
    OutputLimit = 7,

    /// <summary>The ledger's time and the broker's clock are too far apart.</summary>
    ClockSkew = 8,

    /// <summary>The broker's own appraisal of the evidence failed.</summary>
    OwnAppraisal = 9,

    /// <summary>The approval is older than the broker accepts.</summary>
    ApprovalExpired = 10,

    /// <summary>The ledger does not extend what the broker has seen.</summary>
    LedgerRolledBack = 11,

    /// <summary>The broker's own view does not hold a quorum of accepts.</summary>
    NoQuorum = 12,

    /// <summary>The owner has stopped the asset.</summary>
    Stopped = 13,

    /// <summary>The evidence's measurement is no longer a reference value.</summary>
    MeasurementWithdrawn = 14,

    /// <summary>The policy's accepts for all apps together are used up.</summary>
    TotalBudget = 15,

    /// <summary>The policy's releases are used up.</summary>
    ReleaseBudget = 16,

    /// <summary>The task does not carry the shape of output that the policy demands.</summary>
    OutputShape = 17,
}
