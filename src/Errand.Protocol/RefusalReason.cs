namespace Errand.Protocol;

/// <summary>
/// Why the fold refuses an entry. The first group is checked in order of number; after it each kind of entry has its own order,
/// which is part of the rules (docs/protocol.md section 6). Numbers are never reused. <see cref="RefusalCodes"/> gives the stable
/// text codes and sentences for people.
/// </summary>
public enum RefusalReason
{
#pragma warning disable CS1591 // RefusalCodes holds a sentence for each.
    None = 0,

    // The frame and the envelope: properties of the bytes alone.
    Frame = 1,
    Signature = 2,
    NotCanonical = 3,
    Envelope = 4,
    RulesVersion = 5,
    UnknownKind = 6,
    UnknownField = 7,
    MissingField = 8,
    MalformedField = 9,
    MustBeInline = 10,
    Sequence = 11,

    // Admission.
    UnknownOperator = 20,
    Vouch = 21,
    VrfKeyInvalid = 22,
    VrfProof = 23,
    VrfKeyInUse = 24,
    Retired = 25,
    OperatorHasVerifier = 26,
    RegistrationFixed = 27,
    UnknownNode = 28,
    NetworkTooSmall = 29,
    CaseOpen = 30,
    OfferCooldown = 31,
    OfferTooEarly = 32,
    OfferNumber = 33,
    OfferShape = 34,
    EkInUse = 35,
    ChipInUse = 36,
    HardwareChanged = 37,

    // Beacon.
    WrongEpoch = 40,
    TicketTooYoung = 41,
    TicketNotLowest = 42,

    // Assets and tasks.
    AssetExists = 50,
    UnknownAsset = 51,
    AssetKind = 52,
    AssetUsed = 53,
    Deadline = 54,
    TaskExists = 55,
    UnknownTask = 56,
    TooEarly = 57,
    Late = 58,
    AttemptClosed = 59,
    NotOwner = 60,
    AlreadyAccepted = 61,
    AcceptBudget = 62,
    VrfKeyNotPinned = 63,

    // Draw, evidence and verdicts.
    NotExecutor = 70,
    NotInSnapshot = 71,
    Disqualified = 72,
    Paused = 73,
    NotEligible = 74,
    AlreadyClaimed = 75,
    NotTheExecutor = 76,
    EvidenceExists = 77,
    UnknownCase = 78,
    OwnCase = 79,
    EvidenceMismatch = 80,
    RootMismatch = 81,
    AlreadyVoted = 82,
    NoSeat = 83,

    // Release and receipt.
    AlreadyReleased = 90,
    ReleaseOrder = 91,
    ReceiptSignature = 92,
    ReceiptMismatch = 93,
    ResultMismatch = 94,

    // Time.
    NothingDue = 100,

    // Governance and operators.
    GovernanceNumber = 101,
    GovernanceEpoch = 102,
    GovernanceKeys = 103,
    GovernanceSignature = 104,
    GovernancePending = 105,
    GovernanceChange = 106,
    AdmissionClosed = 107,
    NotListed = 108,
    OperatorKnown = 109,
    AlreadySponsored = 110,
    SponsorBudget = 111,
    OperatorCap = 112,
    EkCooldown = 113,
    ChipCooldown = 114,

    // Budgets and withdrawals.
    TotalBudget = 115,
    AcceptRate = 116,
    ReleaseBudget = 117,
    AssetWithdrawn = 118,
    NotRequester = 119,

    // Faults and bans.
    OperatorBanned = 120,
    EkBanned = 121,
    Exhibit = 122,
    ExhibitsDiffer = 123,
    UnknownAccused = 124,
    AlreadyBanned = 125,
    FaultExists = 126,
    AccusationOpen = 127,
    AccuserCooldown = 128,
    ExhibitSignature = 129,
#pragma warning restore CS1591
}
