using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A node as the network knows it.</summary>
public sealed class NodeState : StateRecord
{
    // Boxed, since few have one: at any time few cases are open, and verifiers have no chip.
    private object? _chipId;
    private object? _openCase;
    private Bytes32 _ekId;
    private bool _hasEk;
    private NodeTexts _texts;

    internal NodeState(PublicKey id, PublicKey operatorKey, NodeRoles roles, VrfPublicKey vrfKey)
        : base(RecordKind.Node, id.Value)
    {
        Operator = operatorKey;
        Roles = roles;
        VrfKey = vrfKey;
    }

    /// <summary>Its key.</summary>
    public PublicKey Id => new(RecordId);

    /// <summary>Who stands behind it.</summary>
    public PublicKey Operator { get; }

    /// <summary>What it does.</summary>
    public NodeRoles Roles { get; }

    /// <summary>The VRF key that its next Proof of Trust binds; tenures hold the keys that count.</summary>
    public VrfPublicKey VrfKey { get; internal set; }

    /// <summary>True once it has registered; founding verifiers are known before.</summary>
    public bool Registered { get; internal set; }

    /// <summary>Where it answers.</summary>
    public string Endpoint => _texts.Endpoint;

    /// <summary>The site it claims.</summary>
    public string Site => _texts.Site;

    /// <summary>The jurisdiction it claims.</summary>
    public string Jurisdiction => _texts.Jurisdiction;

    /// <summary>Its TEE.</summary>
    public TeeKind Tee { get; internal set; }

    /// <summary>Its endorsement key, bound by the Proof of Trust that passed last.</summary>
    public Bytes32? EkId
    {
        get => _hasEk ? _ekId : null;
        internal set => (_hasEk, _ekId) = (value is not null, value.GetValueOrDefault());
    }

    /// <summary>Its chip, bound in the same way.</summary>
    public Bytes32? ChipId
    {
        get => (Bytes32?)_chipId;
        internal set => _chipId = value;
    }

    /// <summary>From this epoch on another node may stand on its endorsement key and chip, and its place under its operator's cap is free.</summary>
    public long HardwareFreeEpoch { get; internal set; }

    /// <summary>True when the committee that passed it may have held rescued verifiers.</summary>
    public bool ProvenInRescue { get; internal set; }

    /// <summary>When it was qualified and with which keys; rising, never overlapping.</summary>
    public IReadOnlyList<Tenure> Tenures => TenureList;

    /// <summary>True once a Proof of Trust of it has passed and not been lost since.</summary>
    public bool Proven { get; internal set; }

    /// <summary>Ledger position of the offer that passed last; -1 for none.</summary>
    public long ProvenPosition { get; internal set; } = -1;

    /// <summary>True after a lost Proof of Trust, until the next one passes.</summary>
    public bool Disqualified { get; internal set; }

    /// <summary>True once it has left.</summary>
    public bool Retired { get; internal set; }

    /// <summary>How many offers it has made.</summary>
    public int Offers { get; internal set; }

    /// <summary>Offers in a row that did not pass.</summary>
    public int RejectionsInRow { get; internal set; }

    /// <summary>Offers are refused before this epoch.</summary>
    public long NextOfferEpoch { get; internal set; }

    /// <summary>The open case, or null.</summary>
    public Bytes32? OpenCase
    {
        get => (Bytes32?)_openCase;
        internal set => _openCase = value;
    }

    /// <summary>The executor gets no task before this epoch; a property of its chip.</summary>
    public long PausedUntilEpoch => Chip?.PausedUntilEpoch ?? 0;

    /// <summary>Attempts that failed by its doing; a property of its chip.</summary>
    public int Strikes => Chip?.Strikes ?? 0;

    /// <summary>The VRF key with which the snapshot at the opening of an epoch holds the node, or null.</summary>
    public VrfPublicKey? KeyAt(long epoch)
    {
        foreach (Tenure tenure in TenureList)
            if (tenure.Covers(epoch)) return tenure.VrfKey;
        return null;
    }

    /// <summary>True when the node may act now.</summary>
    public bool IsActive => !Disqualified && !Retired; // R-6.1.1.2

    /// <summary>True once it has been banned: then it has retired, and offers never again.</summary>
    public bool IsBanned => NextOfferEpoch == ProtocolLimits.NeverEpoch;

    internal ImmutableArray<Tenure> TenureList { get; set; } = [];

    /// <summary>What its chip has to answer for; null for nothing. Follows from the chip's record.</summary>
    internal ChipState? Chip { get; set; }

    /// <summary>The operator's node that was registered before; follows from the records.</summary>
    internal NodeState? NextOfOperator { get; set; }

    internal void Describe(string endpoint, string site, string jurisdiction) => _texts = new NodeTexts(endpoint, site, jurisdiction);

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Map(19)
            .Key(0).Bytes(Id.Value)
            .Key(1).Bytes(Operator.Value)
            .Key(2).UInt((ulong)Roles)
            .Key(3).Bytes(VrfKey.Value)
            .Key(4).Bool(Registered)
            .Key(5).Text(Endpoint)
            .Key(6).Text(Site)
            .Key(7).Text(Jurisdiction)
            .Key(8).UInt((ulong)Tee)
            .Key(9).Bytes(EkId?.ToArray())
            .Key(10).Bytes(ChipId?.ToArray());
        writer.Key(11).Array(TenureList.Length);
        foreach (Tenure tenure in TenureList)
            writer.Array(3).Bytes(tenure.VrfKey.Value).UInt((ulong)tenure.FromEpoch).UInt((ulong)tenure.UntilEpoch);
        writer
            .Key(12).Array(4).Bool(Proven).Bool(Disqualified).Bool(Retired).Bool(ProvenInRescue)
            .Key(13).UInt((ulong)(ProvenPosition + 1))
            .Key(14).UInt((ulong)Offers)
            .Key(15).UInt((ulong)RejectionsInRow)
            .Key(16).UInt((ulong)NextOfferEpoch)
            .Key(17).Bytes(OpenCase?.ToArray())
            .Key(18).UInt((ulong)HardwareFreeEpoch);
    }

    internal static NodeState ReadFrom(ref RecordReader reader)
    {
        reader.Map(19);
        reader.Key(0);
        var id = new PublicKey(reader.Bytes32());
        reader.Key(1);
        var operatorKey = new PublicKey(reader.Bytes32());
        reader.Key(2);
        var roles = (NodeRoles)reader.Int((int)(NodeRoles.Verifier | NodeRoles.Executor));
        reader.Key(3);
        var node = new NodeState(id, operatorKey, roles, new VrfPublicKey(reader.Bytes32()));
        reader.Key(4);
        node.Registered = reader.Bool();
        reader.Key(5);
        string endpoint = reader.Text();
        reader.Key(6);
        string site = reader.Text();
        reader.Key(7);
        node.Describe(endpoint, site, reader.Text());
        reader.Key(8);
        node.Tee = (TeeKind)reader.Int((int)TeeKind.Max);
        reader.Key(9);
        node.EkId = reader.OptionalBytes32();
        reader.Key(10);
        node.ChipId = reader.OptionalBytes32();
        reader.Key(11);
        // Not one by one: a record that somebody made up may hold very many.
        var tenures = ImmutableArray.CreateBuilder<Tenure>();
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--)
        {
            reader.Array(3);
            tenures.Add(new Tenure(new VrfPublicKey(reader.Bytes32()), reader.Long(), reader.Long()));
        }
        node.TenureList = tenures.ToImmutable();
        reader.Key(12);
        reader.Array(4);
        node.Proven = reader.Bool();
        node.Disqualified = reader.Bool();
        node.Retired = reader.Bool();
        node.ProvenInRescue = reader.Bool();
        reader.Key(13);
        node.ProvenPosition = reader.Long() - 1;
        reader.Key(14);
        node.Offers = reader.Int();
        reader.Key(15);
        node.RejectionsInRow = reader.Int();
        reader.Key(16);
        node.NextOfferEpoch = reader.Long();
        reader.Key(17);
        node.OpenCase = reader.OptionalBytes32();
        reader.Key(18);
        node.HardwareFreeEpoch = reader.Long();
        return node;
    }
}
