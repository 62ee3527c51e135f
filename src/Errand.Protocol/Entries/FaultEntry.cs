using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A verifier charges others with a fault (docs/protocol.md section 6.15). What they signed goes with it.</summary>
public sealed record FaultEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Fault;

    /// <summary>What they are charged with.</summary>
    public required FaultCharge Charge { get; init; }

    /// <summary>Verdict entries, whole frames as their verifiers signed them; whether the ledger holds them does not matter.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> Exhibits { get; init; }

    /// <summary>The node whose evidence the verdicts are about; null iff the charge is a double vote.</summary>
    public PublicKey? Node { get; init; }

    /// <summary>Ledger position of the entry that brought this evidence; null iff the charge is a double vote.</summary>
    public long? EvidencePosition { get; init; }

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Map(Node is null ? 2 : 4).Key(0).UInt((ulong)Charge).Key(1).Array(Exhibits.Length);
        foreach (ReadOnlyMemory<byte> exhibit in Exhibits) writer.Bytes(exhibit.Span);
        if (Node is { } node) writer.Key(2).Bytes(node.Value).Key(3).UInt((ulong)EvidencePosition!.Value);
    }

    internal static FaultEntry Read(ref FieldReader fields)
    {
        var charge = (FaultCharge)fields.Int(0, (int)FaultCharge.AppraisalDigest);
        byte[][] exhibits = fields.Array<byte[]>(1, ProtocolLimits.ExhibitsMax, Items.ByteArray);
        bool named = fields.Has(2);
        var entry = new FaultEntry
        {
            Charge = charge,
            Exhibits = [.. exhibits.Select(exhibit => (ReadOnlyMemory<byte>)exhibit)],
            Node = named ? new PublicKey(fields.Bytes32(2)) : null,
            EvidencePosition = named ? fields.Milliseconds(3) : null,
        };
        if (charge == FaultCharge.None || exhibits.Length == 0 || exhibits.Any(exhibit => exhibit is null || exhibit.Length > ProtocolLimits.ExhibitSizeMax)) fields.Fail(FieldError.Malformed);
        if (named == (charge == FaultCharge.DoubleVote)) fields.Fail(FieldError.Malformed);
        return entry;
    }
}
