namespace Errand.Client;

/// <summary>What weakens an audit that holds.</summary>
public enum AuditFlag
{
    /// <summary>A development network: its roots protect nothing.</summary>
    Development = 1,

    /// <summary>The task's seed had to be drawn from a beacon value without tickets.</summary>
    WeakBeacon = 2,

    /// <summary>Verifiers that governance requalified may have judged the evidence or the executor's machine.</summary>
    Rescue = 3,

    /// <summary>A certificate of the evidence stands on a revocation list that the auditor brought.</summary>
    RevokedSince = 4,
}
