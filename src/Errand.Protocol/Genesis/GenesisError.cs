namespace Errand.Protocol;

/// <summary>Why a genesis document is refused.</summary>
public enum GenesisError
{
    /// <summary>It is not refused.</summary>
    None = 0,

    /// <summary>Not canonical CBOR, or fields missing, unknown or malformed.</summary>
    Malformed = 1,

    /// <summary>The rules version is later than this software knows: <c>halt/upgrade-needed</c>.</summary>
    UpgradeNeeded = 2,

    /// <summary>It pins a development root, or lists a reference value of a development TEE, without being marked development: <c>refused/development-root</c>.</summary>
    DevelopmentRoot = 3,

    /// <summary>A founding verifier twice, of an operator that is not listed, or two of one operator.</summary>
    Founders = 4,

    /// <summary>A witness that is no founding verifier, or a quorum of which two could meet in liars alone.</summary>
    Witnesses = 5,

    /// <summary>Both witnesses and an EVM chain: one order of entries comes from one ledger.</summary>
    TwoLedgers = 6,
}
