using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An operator as the network knows it.</summary>
public sealed class OperatorState : StateRecord
{
    // Rising.
    private ImmutableArray<PublicKey> _sponsors = [];

    internal OperatorState(PublicKey key, string name, OperatorStanding standing)
        : base(RecordKind.Operator, key.Value)
    {
        Name = name;
        Standing = standing;
    }

    /// <summary>Its key.</summary>
    public PublicKey Key => new(RecordId);

    /// <summary>Its name, for people; empty for one that sponsors admitted.</summary>
    public string Name { get; internal set; }

    /// <summary>Where it stands.</summary>
    public OperatorStanding Standing { get; internal set; }

    /// <summary>How many operators it has sponsored.</summary>
    public int Sponsorships { get; internal set; }

    /// <summary>Who sponsored it.</summary>
    public IReadOnlyCollection<PublicKey> Sponsors => _sponsors;

    /// <summary>True when nodes may be registered and act under it.</summary>
    public bool IsAdmitted => Standing is OperatorStanding.Sponsored or OperatorStanding.Listed;

    /// <summary>Its nodes, linked through <see cref="NodeState.NextOfOperator"/>; follows from their records, as does the count.</summary>
    internal NodeState? FirstNode { get; private set; }

    /// <summary>Nodes in that chain.</summary>
    internal int Places { get; private set; }

    /// <summary>Its verifier that has not left, of which there is one at most; follows from the nodes' records.</summary>
    internal NodeState? Verifier { get; set; }

    /// <summary>Adds a sponsor; false if it is one already.</summary>
    internal bool AddSponsor(PublicKey sponsor)
    {
        int place = _sponsors.BinarySearch(sponsor);
        if (place >= 0) return false;
        _sponsors = _sponsors.Insert(~place, sponsor);
        return true;
    }

    internal void AddNode(NodeState node)
    {
        node.NextOfOperator = FirstNode;
        FirstNode = node;
        Places++;
    }

    /// <summary>Takes nodes that have left and whose hardware has cooled down out of the count.</summary>
    internal void FreePlaces(long epoch)
    {
        NodeState? before = null;
        for (NodeState? node = FirstNode; node is not null; node = node.NextOfOperator)
        {
            bool free = node.Retired && epoch >= node.HardwareFreeEpoch;
            if (!free) before = node;
            else
            {
                if (before is null) FirstNode = node.NextOfOperator;
                else before.NextOfOperator = node.NextOfOperator;
                Places--;
            }
        }
    }

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Array(4).UInt((ulong)Standing).Text(Name).UInt((ulong)Sponsorships).Array(Sponsors.Count);
        foreach (PublicKey sponsor in Sponsors) writer.Bytes(sponsor.Value);
    }

    internal static OperatorState ReadFrom(PublicKey key, ref RecordReader reader)
    {
        reader.Array(4);
        var standing = reader.Enum<OperatorStanding>((int)OperatorStanding.Retired);
        var known = new OperatorState(key, reader.Text(), standing) { Sponsorships = reader.Int() };
        // Not one by one: a record that somebody made up may name very many.
        var sponsors = ImmutableArray.CreateBuilder<PublicKey>();
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--)
        {
            var sponsor = new PublicKey(reader.Bytes32());
            if (sponsors.Count > 0 && sponsors[^1].CompareTo(sponsor) >= 0) reader.Fail();
            sponsors.Add(sponsor);
        }
        known._sponsors = sponsors.ToImmutable();
        return known;
    }
}
