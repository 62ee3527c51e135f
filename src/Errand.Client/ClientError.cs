namespace Errand.Client;

/// <summary>What can go wrong on the side of an owner, a requester or an auditor. <see cref="ClientErrors"/> gives codes and advice.</summary>
public enum ClientError
{
#pragma warning disable CS1591 // ClientErrors holds a sentence for each.
    // Key store.
    KeyStoreMissing = 1,
    KeyStoreExists = 2,
    KeyStoreVersion = 3,
    KeyStoreDamaged = 4,
    KeyStorePermissions = 5,
    WrongPassphrase = 6,
    WeakPassphrase = 7,
    NoPassphrase = 8,
    SecretExists = 9,
    SecretMissing = 10,

    // Policies and other files written by people.
    PolicyFile = 20,
    PolicyMismatch = 21,
    GovernanceFile = 22,
    GenesisFile = 23,

    // Files.
    FileMissing = 30,
    FileExists = 31,
    FileUnreadable = 32,
    Sealed = 33,
    DiskFull = 34,
    Folder = 35,

    // The network.
    NetworkUnknown = 40,
    NetworkUnreachable = 41,
    NetworkMismatch = 42,
    NetworkAnswer = 43,
    LedgerRefused = 44,
    LedgerTampered = 45,
    NetworkVersion = 46,
    StateNoQuorum = 47,
    StateMissing = 48,
    StateDamaged = 49,
    StateUnproven = 50,

    // Entries and tasks.
    EntryRefused = 60,
    Timeout = 61,
    UnknownTask = 62,
    UnknownAsset = 63,
    TaskUnfinished = 64,
    TaskNotCompleted = 65,
    UnknownFault = 66,

    // Results.
    ResultUnavailable = 80,
    ResultMismatch = 81,
    NotARecipient = 82,
    ResultMalformed = 83,

    // The caller's own words.
    Usage = 90,
#pragma warning restore CS1591
}
