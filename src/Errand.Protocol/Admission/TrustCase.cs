using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An open case over a node's Proof of Trust.</summary>
public sealed class TrustCase : StateRecord
{
    private readonly List<Ballot> _rounds = [];
    private NetworkTerms? _terms;

    internal TrustCase(Bytes32 id, NodeState node, OfferEntry offer, CaseSnapshot snapshot, long position, EntryId offerEntry)
        : base(RecordKind.TrustCase, id)
    {
        Node = node.Id;
        EvidenceDigest = offer.EvidenceDigest;
        VrfKey = node.VrfKey;
        EkId = offer.EkId;
        ChipId = offer.ChipId;
        SnapshotEpoch = snapshot.Epoch;
        Weight = snapshot.Weight;
        _terms = snapshot.Terms;
        TermsNumber = snapshot.Terms.Number;
        Rescue = snapshot.Rescue;
        OfferPosition = position;
        OfferEntry = offerEntry;
    }

    // As in the record.
    private TrustCase(ref RecordReader reader, Bytes32 id)
        : base(RecordKind.TrustCase, id)
    {
        reader.Array(15);
        if (reader.Bytes32() != id) reader.Fail();
        Node = new PublicKey(reader.Bytes32());
        SnapshotEpoch = reader.Long();
        Weight = reader.Long();
        EvidenceDigest = reader.Bytes32();
        VrfKey = new VrfPublicKey(reader.Bytes32());
        OfferPosition = reader.Long();
        OfferEntry = new EntryId(reader.Bytes32());
        EvidenceRoot = new StateRoot(reader.Bytes32());
        Randomness = reader.OptionalBytes32();
        EkId = reader.Bytes32();
        ChipId = reader.OptionalBytes32();
        TermsNumber = reader.Int();
        Rescue = reader.Bool();
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--) _rounds.Add(Ballot.ReadFrom(ref reader));
    }

    /// <summary>H("errand/pot-case/v1", network, node, number).</summary>
    public Bytes32 Id => RecordId;

    /// <summary>Whose it is.</summary>
    public PublicKey Node { get; }

    /// <summary>The epoch of the offer: committee members are those qualified when it opened.</summary>
    public long SnapshotEpoch { get; }

    /// <summary>W of that snapshot.</summary>
    public long Weight { get; }

    /// <summary>The terms of that epoch.</summary>
    public NetworkTerms Terms => _terms ?? throw new InvalidOperationException($"Case {Id} has not been given its terms {TermsNumber}.");

    /// <summary>The number of those terms.</summary>
    public int TermsNumber { get; }

    /// <summary>True when a rescued verifier may be in that snapshot.</summary>
    public bool Rescue { get; }

    /// <summary>The endorsement key that passing binds to the node.</summary>
    public Bytes32 EkId { get; }

    /// <summary>The chip that passing binds to the node; null for a verifier.</summary>
    public Bytes32? ChipId { get; }

    /// <summary>Digest over the offer's evidence.</summary>
    public Bytes32 EvidenceDigest { get; }

    /// <summary>The VRF key that passing qualifies.</summary>
    public VrfPublicKey VrfKey { get; }

    /// <summary>Ledger position of the offer.</summary>
    public long OfferPosition { get; }

    /// <summary>Id of the offer entry: with it the state root names every byte that is appraised.</summary>
    public EntryId OfferEntry { get; }

    /// <summary>The state root after the offer, which verdicts confirm.</summary>
    public StateRoot EvidenceRoot { get; internal set; }

    /// <summary>The committee's randomness R(e+1); null until that epoch opens.</summary>
    public Bytes32? Randomness { get; internal set; }

    /// <summary>Rounds so far.</summary>
    public IReadOnlyList<Ballot> Rounds => _rounds;

    /// <summary>The round in progress, or null before the draw.</summary>
    public Ballot? Current => _rounds.Count > 0 ? _rounds[^1] : null;

    internal List<Ballot> RoundList => _rounds;

    /// <summary>Gives a case that was read from a snapshot the terms that its record names.</summary>
    internal void TakeTerms(NetworkTerms terms) => _terms = terms;

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Array(15).Bytes(Id).Bytes(Node.Value).UInt((ulong)SnapshotEpoch).UInt((ulong)Weight).Bytes(EvidenceDigest)
            .Bytes(VrfKey.Value).UInt((ulong)OfferPosition).Bytes(OfferEntry.Value).Bytes(EvidenceRoot.Value).Bytes(Randomness?.ToArray())
            .Bytes(EkId).Bytes(ChipId?.ToArray()).UInt((ulong)TermsNumber).Bool(Rescue);
        writer.Array(_rounds.Count);
        foreach (Ballot round in _rounds) round.WriteTo(writer);
    }

    internal static TrustCase ReadFrom(Bytes32 id, ref RecordReader reader) => new(ref reader, id);
}
