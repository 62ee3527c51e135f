namespace Errand.Simulation;

/// <summary>How a participant departs from the protocol.</summary>
internal enum Lie
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>A verifier accepts whatever it sees.</summary>
    AcceptAll,

    /// <summary>A verifier rejects whatever it sees.</summary>
    RejectAll,

    /// <summary>A verifier waits for another's verdict and copies it.</summary>
    Copy,

    /// <summary>A verifier votes again, and the other way.</summary>
    VoteTwice,

    /// <summary>A verifier accepts what liars bring, twice and without waiting for a seat.</summary>
    Collude,

    /// <summary>A verifier sleeps.</summary>
    Sleep,

    /// <summary>A verifier brings tickets of other epochs, and only tickets that suit it.</summary>
    GrindTicket,

    /// <summary>A verifier votes with the proof of another round, and over another state.</summary>
    WrongVote,

    /// <summary>A verifier brings another's appraisal digest.</summary>
    CopyDigest,

    /// <summary>A verifier accuses honest ones: of what they did not do, with verdicts that it made up, and again and again.</summary>
    FalseAccuser,

    /// <summary>An executor runs another image than a listed one.</summary>
    WrongMeasurement,

    /// <summary>An executor runs a listed image that can be debugged.</summary>
    DebugEnclave,

    /// <summary>An executor brings a report that it made up.</summary>
    ForgedReport,

    /// <summary>An executor brings the report of an earlier enclave again.</summary>
    ReplayEvidence,

    /// <summary>An executor brings a report that another chip made.</summary>
    RelayEvidence,

    /// <summary>An executor puts keys of its own beside a genuine report.</summary>
    SwapKeys,

    /// <summary>An executor makes two enclaves and brings evidence of both.</summary>
    TwoEnclaves,

    /// <summary>An executor's machine was started again since it qualified.</summary>
    Rebooted,

    /// <summary>An executor brings no evidence.</summary>
    VanishEarly,

    /// <summary>An executor takes the keys and brings no receipt.</summary>
    VanishLate,

    /// <summary>An executor claims twice and late, and brings evidence where another was drawn.</summary>
    Usurp,

    /// <summary>An executor offers the chip of another.</summary>
    SharedChip,

    /// <summary>An executor signs receipts with a key that is not the enclave's.</summary>
    ForgedReceipt,

    /// <summary>An owner does not accept.</summary>
    WithholdAccept,

    /// <summary>An owner accepts and does not release.</summary>
    WithholdRelease,

    /// <summary>An owner tries other VRF keys until a draw suits it.</summary>
    GrindAccept,

    /// <summary>An owner accepts beyond its own budget, and the same task twice.</summary>
    OverAccept,

    /// <summary>An owner releases before its turn, and again.</summary>
    ReleaseEarly,

    /// <summary>A requester submits again and again, beyond what the owners allow.</summary>
    Resubmit,

    /// <summary>A requester registers verifiers of its own.</summary>
    Sybil,
}
