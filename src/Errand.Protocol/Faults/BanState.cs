using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A ban of an endorsement key or of an operator. There is one only while it lasts.</summary>
public sealed class BanState : StateRecord
{
    internal BanState(RecordKind kind, Bytes32 id, long untilEpoch, FaultCharge charge, PublicKey node, long position)
        : base(kind, id)
    {
        Id = id;
        UntilEpoch = untilEpoch;
        Charge = charge;
        Node = node;
        Position = position;
    }

    /// <summary>The EK id or the operator's key.</summary>
    public Bytes32 Id { get; }

    /// <summary>The epoch whose opening ends it.</summary>
    public long UntilEpoch { get; }

    /// <summary>For what.</summary>
    public FaultCharge Charge { get; }

    /// <summary>The verifier that was at fault.</summary>
    public PublicKey Node { get; }

    /// <summary>Ledger position of the Fault entry that names it.</summary>
    public long Position { get; }

    internal override void WriteTo(CanonicalWriter writer) =>
        writer.Array(4).UInt((ulong)UntilEpoch).UInt((ulong)Charge).Bytes(Node.Value).UInt((ulong)Position);

    internal static BanState ReadFrom(RecordKind kind, Bytes32 id, ref RecordReader reader)
    {
        reader.Array(4);
        return new BanState(kind, id, reader.Long(), reader.Enum<FaultCharge>((int)FaultCharge.AppraisalDigest), new PublicKey(reader.Bytes32()), reader.Long());
    }
}
