namespace Errand.Client;

/// <summary>The one map from audit outcomes to stable codes and sentences for people.</summary>
public static class AuditCodes
{
    /// <summary>The stable code, as in <c>audit/level-2</c>.</summary>
    public static string Code(this AuditCode code) => Describe(code).Code;

    /// <summary>What it means.</summary>
    public static string Sentence(this AuditCode code) => Describe(code).Sentence;

    private static (string Code, string Sentence) Describe(AuditCode code) => code switch
    {
        AuditCode.Level1 => ("audit/level-1", "What the chip says holds."),
        AuditCode.Level2 => ("audit/level-2", "What the chip says holds, and so do all signatures, draws and votes of the log in the bundle."),
        AuditCode.Level3 => ("audit/level-3", "What the chip says holds, and so do all signatures, draws and votes of the log over which the trusted checkpoint was signed."),
        AuditCode.Malformed => ("audit/malformed", "The file is no receipt bundle, or was changed. Get it again."),
        AuditCode.Genesis => ("audit/genesis", "The bundle is of another network, or its genesis is refused."),
        AuditCode.UnknownRoot => ("audit/unknown-root", "The network pins a vendor root that this software does not know. Nothing can be said about its evidence."),
        AuditCode.Entry => ("audit/entry", "An entry in the bundle is malformed or not signed by its signer for this network."),
        AuditCode.TaskMismatch => ("audit/task-mismatch", "The entries in the bundle do not belong together."),
        AuditCode.Evidence => ("audit/evidence", "The enclave's evidence does not pass appraisal."),
        AuditCode.Receipt => ("audit/receipt", "The receipt is not signed by the enclave of the evidence, or is about something else."),
        AuditCode.DecisionMismatch => ("audit/decision-mismatch", "The log in the bundle, folded again, does not lead to this receipt. Entries were left out, added or changed."),
        AuditCode.CheckpointMismatch => ("audit/checkpoint-mismatch", "The log in the bundle is not, or is not shown to be, the one over which the checkpoint was signed. Keep both: they may prove that somebody showed two histories."),
        AuditCode.NotInSnapshot => ("audit/not-in-snapshot", "Votes in the log are of keys outside the task's snapshot, as those of nodes that retired long ago, and count for nothing. Without them the log does not lead to this receipt."),
        _ => throw new InvalidOperationException($"Unexpected audit code {code}."),
    };
}
