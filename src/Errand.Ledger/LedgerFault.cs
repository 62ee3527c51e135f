namespace Errand.Ledger;

/// <summary>Why a ledger cannot be opened or does not take entries.</summary>
public enum LedgerFault
{
    /// <summary>Another process, or another part of this one, has the ledger open.</summary>
    InUse = 1,

    /// <summary>There is no ledger at this place.</summary>
    Missing = 2,

    /// <summary>The file is something other than a ledger.</summary>
    NotALedger = 3,

    /// <summary>The file was written by a program with another schema.</summary>
    UnknownSchema = 4,

    /// <summary>The ledger is another network's.</summary>
    WrongNetwork = 5,

    /// <summary>The ledger's checkpoints are signed with another key.</summary>
    WrongKey = 6,

    /// <summary>The file's content is not what was written.</summary>
    Damaged = 7,

    /// <summary>The ledger lacks entries, or has others, that were in it when a checkpoint was signed.</summary>
    RolledBack = 8,

    /// <summary>There is no space for the entry. The ledger goes on when there is.</summary>
    Full = 9,

    /// <summary>The storage failed; the ledger has stopped and must be opened again.</summary>
    Storage = 10,

    /// <summary>The machine that keeps the ledger cannot be reached, or does not answer as a ledger does. The call may be tried again.</summary>
    Transport = 11,

    /// <summary>The ledger has signed two histories, or broken its word: what it shows contradicts what it showed before. Go no further.</summary>
    Forked = 12,

    /// <summary>The ledger does not take entries, or requests, from this caller.</summary>
    NotAdmitted = 13,
}
