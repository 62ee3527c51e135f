namespace Errand.Node;

/// <summary>What the gate says to a request.</summary>
internal enum GateAnswer
{
    /// <summary>It is new, and may pass.</summary>
    Pass = 1,

    /// <summary>It was here before: its outcome is known, or will be.</summary>
    Known = 2,

    /// <summary>It names another run of the ledger's process.</summary>
    OtherInstance = 3,

    /// <summary>Its number is used, or no longer known.</summary>
    Number = 4,

    /// <summary>Its signature does not hold.</summary>
    Signature = 5,

    /// <summary>Nothing is taken from its key.</summary>
    NotAdmitted = 6,

    /// <summary>Its key has used up its quota for now.</summary>
    Quota = 7,

    /// <summary>Too much waits already.</summary>
    Busy = 8,
}
