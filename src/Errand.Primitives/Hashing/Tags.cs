namespace Errand.Primitives;

/// <summary>Every label that begins a hash or VRF input. One list: no two uses may share a label.</summary>
public static class Tags
{
#pragma warning disable CS1591 // The name says it; docs/protocol.md section 11 lists the fields of each.
    public const string Asset = "errand/asset/v1";
    public const string Task = "errand/task/v1";
    public const string Content = "errand/content/v1";
    public const string KeyCommitment = "errand/commit/v1";
    public const string FileKey = "errand/file-key/v1";
    public const string Lottery = "errand/lottery/v1";
    public const string Seed = "errand/seed/v1";
    public const string OwnerSeed = "errand/owner-seed/v1";
    public const string Beacon = "errand/beacon/v1";
    public const string BeaconNone = "errand/beacon-none/v1";
    public const string BeaconGenesis = "errand/beacon-genesis/v1";
    public const string BeaconTicket = "errand/beacon-ticket/v1";
    public const string ProofOfTrust = "errand/pot/v1";
    public const string ProofOfTrustCase = "errand/pot-case/v1";
    public const string ProofOfTrustEvidence = "errand/pot-evidence/v1";
    public const string Platform = "errand/platform/v1";
    public const string EndorsementKey = "errand/ek/v1";
    public const string Chip = "errand/chip/v1";
    public const string Vouch = "errand/vouch/v1";
    public const string Govern = "errand/govern/v1";
    public const string VrfPossession = "errand/vrf-possession/v1";
    public const string EnclaveReport = "errand/enclave/v1";
    public const string Evidence = "errand/evidence/v1";
    public const string Quote = "errand/quote/v1";
    public const string Appraisal = "errand/appraisal/v1";
    public const string Release = "errand/release/v1";
    public const string SealedKey = "errand/sealed-key/v1";
    public const string FaultClaim = "errand/fault-claim/v1";
    public const string Receipt = "errand/receipt/v1";
    public const string ResultKey = "errand/result-key/v1";
    public const string RefusalNote = "errand/refusal-note/v1";
    public const string AppRandom = "errand/random/v1";
    public const string StateRecord = "errand/state-record/v1";
    public const string StateRoot = "errand/state-root/v1";
    public const string StateCheckpoint = "errand/state-checkpoint/v1";
    public const string LedgerPromise = "errand/promise/v1";
    public const string LedgerRequest = "errand/request/v1";
    public const string OwnSnapshot = "errand/own-snapshot/v1";
    public const string KeyStore = "errand/keystore/v1";
#pragma warning restore CS1591
}
