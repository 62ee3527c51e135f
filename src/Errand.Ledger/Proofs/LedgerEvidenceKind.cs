namespace Errand.Ledger;

/// <summary>What a <see cref="LedgerEvidence"/> shows.</summary>
public enum LedgerEvidenceKind
{
    /// <summary>The log signed two checkpoints of which neither continues the other.</summary>
    Fork = 1,

    /// <summary>The log promised a place to one entry and signed a checkpoint with another in it.</summary>
    BrokenPromise = 2,
}
