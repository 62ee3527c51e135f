using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>The judges' own record of an attempt.</summary>
internal sealed class NaiveAttempt(PublicKey executor, NaiveNetwork network)
{
    public PublicKey Executor { get; } = executor;

    public Bytes32? Evidence { get; set; }

    public PublicKey ReceiptKey { get; set; }

    /// <summary>True when it really is what it should be: the chip that qualified, a listed image, keys that are in the enclave.</summary>
    public bool IsGenuine { get; set; }

    /// <summary>True when its run window ended without a receipt.</summary>
    public bool RanOut { get; set; }

    /// <summary>Where the evidence stands.</summary>
    public long EvidencePosition { get; set; } = -1;

    /// <summary>True when it failed as rejected.</summary>
    public bool IsRejected { get; set; }

    public StateRoot? Root { get; set; }

    public List<NaiveBallot> Rounds { get; } = [];

    public Dictionary<AssetId, Bytes32> Releases { get; } = [];

    public bool WithdrawnAtHandOver(int position) => network.WithdrawnPosition is { } withdrawn && withdrawn < position;
}
