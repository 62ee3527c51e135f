using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>One attempt of a task: an executor, its evidence, the votes on it and the keys released to it.</summary>
public sealed class AttemptState
{
    private readonly List<Ballot> _rounds = [];
    private readonly SortedDictionary<AssetId, Bytes32> _releases = [];

    internal AttemptState(int number, PublicKey executor)
    {
        Number = number;
        Executor = executor;
    }

    /// <summary>From 1.</summary>
    public int Number { get; }

    /// <summary>Who was drawn.</summary>
    public PublicKey Executor { get; }

    /// <summary>Ledger position of the evidence; -1 before it is in.</summary>
    public long EvidencePosition { get; internal set; } = -1;

    /// <summary>Id of the evidence entry: with it the state root names every byte that is appraised, endorsements and quote as well.</summary>
    public EntryId EvidenceEntry { get; internal set; }

    /// <summary>Digest of the TEE report.</summary>
    public Bytes32 EvidenceDigest { get; internal set; }

    /// <summary>The state root after the evidence, which verdicts confirm.</summary>
    public StateRoot EvidenceRoot { get; internal set; }

    /// <summary>The enclave's receipt key.</summary>
    public PublicKey ReceiptKey { get; internal set; }

    /// <summary>When a quorum approved, network time; 0 before.</summary>
    public long ApprovedMilliseconds { get; internal set; }

    /// <summary>Rounds of votes so far.</summary>
    public IReadOnlyList<Ballot> Rounds => _rounds;

    /// <summary>The round in progress, or null before the evidence is in.</summary>
    public Ballot? Current => _rounds.Count > 0 ? _rounds[^1] : null;

    /// <summary>Digests of released keys by asset.</summary>
    public IReadOnlyDictionary<AssetId, Bytes32> Releases => _releases;

    /// <summary>Why it failed; none while it runs or when it succeeded.</summary>
    public TaskReason Failure { get; internal set; }

    internal List<Ballot> RoundList => _rounds;

    internal SortedDictionary<AssetId, Bytes32> ReleaseMap => _releases;

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Array(11).UInt((ulong)Number).Bytes(Executor.Value).UInt((ulong)(EvidencePosition + 1)).Bytes(EvidenceEntry.Value).Bytes(EvidenceDigest)
            .Bytes(EvidenceRoot.Value).Bytes(ReceiptKey.Value).UInt((ulong)ApprovedMilliseconds).UInt((ulong)Failure);
        writer.Array(_rounds.Count);
        foreach (Ballot round in _rounds) round.WriteTo(writer);
        writer.Array(_releases.Count);
        foreach ((AssetId asset, Bytes32 digest) in _releases) writer.Array(2).Bytes(asset.Value).Bytes(digest);
    }

    internal static AttemptState ReadFrom(ref RecordReader reader)
    {
        reader.Array(11);
        var attempt = new AttemptState(reader.Int(), new PublicKey(reader.Bytes32()))
        {
            EvidencePosition = reader.Long() - 1,
            EvidenceEntry = new EntryId(reader.Bytes32()),
            EvidenceDigest = reader.Bytes32(),
            EvidenceRoot = new StateRoot(reader.Bytes32()),
            ReceiptKey = new PublicKey(reader.Bytes32()),
            ApprovedMilliseconds = reader.Long(),
            Failure = reader.Enum<TaskReason>(byte.MaxValue),
        };
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--) attempt._rounds.Add(Ballot.ReadFrom(ref reader));
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--)
        {
            reader.Array(2);
            if (!attempt._releases.TryAdd(new AssetId(reader.Bytes32()), reader.Bytes32())) reader.Fail();
        }
        return attempt;
    }
}
