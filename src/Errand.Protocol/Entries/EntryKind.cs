namespace Errand.Protocol;

/// <summary>What an entry says. Numbers are on the wire and never reused.</summary>
public enum EntryKind
{
    /// <summary>A node tells its keys, roles and endpoint.</summary>
    Register = 1,

    /// <summary>A node leaves for good.</summary>
    Retire = 2,

    /// <summary>A node offers its Proof of Trust.</summary>
    Offer = 3,

    /// <summary>A verifier's ticket for the next beacon value.</summary>
    Ticket = 4,

    /// <summary>An owner publishes sealed data, an app or arguments.</summary>
    Asset = 5,

    /// <summary>A requester asks for a task.</summary>
    Submit = 6,

    /// <summary>An owner lets its asset be used in a task.</summary>
    Accept = 7,

    /// <summary>An owner refuses, with a reason.</summary>
    Deny = 8,

    /// <summary>An executor's ticket for a task.</summary>
    Claim = 9,

    /// <summary>TEE evidence of the enclave made for a task.</summary>
    Evidence = 10,

    /// <summary>A committee member's finding on a case.</summary>
    Verdict = 11,

    /// <summary>An owner has sealed its content key to the enclave.</summary>
    Release = 12,

    /// <summary>The enclave's signed receipt, handed on by the executor.</summary>
    Receipt = 13,

    /// <summary>Nothing but time: lets deadlines fire.</summary>
    Tick = 14,

    /// <summary>An executor gives up an attempt whose enclave it has lost.</summary>
    Abandon = 15,

    /// <summary>Governance changes the network's terms.</summary>
    Govern = 16,

    /// <summary>A listed operator vouches for a new one.</summary>
    Sponsor = 17,

    /// <summary>A requester takes its task back.</summary>
    Withdraw = 18,

    /// <summary>An owner takes an asset out of use.</summary>
    WithdrawAsset = 19,

    /// <summary>A requester has the result.</summary>
    Fetched = 20,

    /// <summary>A requester does not get the result.</summary>
    Unavailable = 21,

    /// <summary>A verifier charges others with a fault.</summary>
    Fault = 22,
}
