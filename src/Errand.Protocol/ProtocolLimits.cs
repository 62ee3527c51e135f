namespace Errand.Protocol;

/// <summary>Every bound of the protocol, in one place (docs/protocol.md section 12).</summary>
public static class ProtocolLimits
{
    /// <summary>The rules version that this code implements.</summary>
    public const int RulesVersion = 1;

    /// <summary>The network clock advances by at most this much per entry: 10 minutes.</summary>
    public const long ClockStepMilliseconds = 10 * 60 * 1000;

    /// <summary>Bytes of a URL, a name or a site.</summary>
    public const int TextSizeMax = 256;

    /// <summary>Data assets in one task.</summary>
    public const int TaskDataMax = 8;

    /// <summary>Public argument strings of a task.</summary>
    public const int ArgumentsMax = 32;

    /// <summary>Recipients of a result.</summary>
    public const int RecipientsMax = 8;

    /// <summary>Bytes of an encoded HPKE public key: suite ids and an X-Wing key of 1,216 bytes, with room for a later KEM.</summary>
    public const int HpkeKeySizeMax = 2048;

    /// <summary>Bytes of one TEE report, of its endorsements, of one platform quote, of a whole Proof of Trust.</summary>
    public const int ReportSizeMax = 16 * 1024;

    /// <summary>Bytes of the endorsements and collateral that go with a report.</summary>
    public const int EndorsementsSizeMax = 40 * 1024;

    /// <summary>Bytes of a platform's evidence.</summary>
    public const int PlatformEvidenceSizeMax = 56 * 1024;

    /// <summary>Bytes of a sealed result that ride in the receipt entry.</summary>
    public const int InlineResultSizeMax = 32 * 1024;

    /// <summary>Bytes of a receipt's COSE frame.</summary>
    public const int ReceiptSizeMax = 1024;

    /// <summary>Reason codes in one verdict.</summary>
    public const int VerdictReasonsMax = 16;

    /// <summary>Items in one list of a genesis or of later terms.</summary>
    public const int GenesisItemsMax = 4096;

    /// <summary>PCRs of a TPM.</summary>
    public const int PcrCount = 24;

    /// <summary>Changes in one Govern entry.</summary>
    public const int GovernanceChangesMax = 64;

    /// <summary>Govern entries that wait for their epoch at one time.</summary>
    public const int GovernancePendingMax = 16;

    /// <summary>Epochs ahead for which a Govern entry may be made.</summary>
    public const int GovernanceAheadEpochsMax = 1 << 16;

    /// <summary>Nodes that one change may rescue.</summary>
    public const int RescueNodesMax = 1024;

    /// <summary>Bytes of a network's terms once governance has changed them.</summary>
    public const int TermsSizeMax = 1 << 20;

    /// <summary>Named executors or operators in one custody rule; sites of one asset.</summary>
    public const int ListMax = 64;

    /// <summary>How long a task may be given: 30 days.</summary>
    public const long TaskTimeMaxMilliseconds = 30L * 24 * 3600 * 1000;

    /// <summary>How long the state holds a task after its end: 30 days. So the state's size follows what is going on, not the network's age.</summary>
    public const long EndedTaskKeptMilliseconds = TaskTimeMaxMilliseconds;

    /// <summary>Epochs for which a task's draw waits for a beacon that is not weak.</summary>
    public const int WeakEpochsWaitMax = 3;

    /// <summary>
    /// How long after its draw a task still opens another claim window when nobody has claimed: 10 seconds. Long enough for an executor or
    /// ledger that was held up for moments, short enough for a requester that waits in vain; with windows of 100 ms, 100 deadlines.
    /// </summary>
    public const long ClaimExtensionMaxMilliseconds = 10_000;

    /// <summary>The longest pause after repeated rejections: 2^10 epochs.</summary>
    public const int CooldownExponentMax = 10;

    /// <summary>Verdicts in one Fault entry.</summary>
    public const int ExhibitsMax = 64;

    /// <summary>Bytes of one of them: a verdict with the most reasons takes about 560.</summary>
    public const int ExhibitSizeMax = 1024;

    /// <summary>A ban lasts so many times as long as a Proof of Trust holds.</summary>
    public const int BanQualifications = 4;

    /// <summary>Epochs for which an operator whose accusation was not upheld may not file another; doubled each time in a row, at most 2^10 times.</summary>
    public const int AccuserPauseEpochs = 16;

    /// <summary>The next offer epoch of a node that has been banned: it never offers again. Beyond every epoch there can be.</summary>
    public const long NeverEpoch = 1L << 53;
}
