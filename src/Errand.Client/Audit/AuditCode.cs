namespace Errand.Client;

/// <summary>What an audit ends with.</summary>
public enum AuditCode
{
    /// <summary>What the chip says holds.</summary>
    Level1 = 1,

    /// <summary>Besides, all signatures, draws and votes hold.</summary>
    Level2 = 2,

    /// <summary>Besides, it is what a checkpoint that the auditor trusts was signed over.</summary>
    Level3 = 3,

    /// <summary>The file is no bundle.</summary>
    Malformed = 10,

    /// <summary>The genesis is refused, or of another network than the auditor's.</summary>
    Genesis = 11,

    /// <summary>The genesis pins a vendor root that this software does not know.</summary>
    UnknownRoot = 12,

    /// <summary>An entry's form or signature does not hold.</summary>
    Entry = 13,

    /// <summary>The entries are not about the task, the attempt or one another.</summary>
    TaskMismatch = 14,

    /// <summary>The evidence does not pass appraisal.</summary>
    Evidence = 15,

    /// <summary>The receipt is not the enclave's, or not about this run.</summary>
    Receipt = 16,

    /// <summary>The log, folded again, does not lead to what the bundle says.</summary>
    DecisionMismatch = 17,

    /// <summary>A checkpoint is not signed by the ledger, or over other entries.</summary>
    CheckpointMismatch = 18,

    /// <summary>Votes in the log are of keys outside the snapshot, and without them the log does not lead to what the bundle says.</summary>
    NotInSnapshot = 19,
}
