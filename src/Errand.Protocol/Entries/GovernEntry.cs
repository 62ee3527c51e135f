using System.Collections.Immutable;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>
/// Changes of a network's terms, signed by as many governance keys as it takes. Anyone may append it: the signatures inside
/// authorise it, so governance keys need not be online or known to a ledger.
/// </summary>
public sealed record GovernEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Govern;

    /// <summary>One above the number of the last Govern entry that applied: each set of signatures serves once.</summary>
    public required int Number { get; init; }

    /// <summary>The epoch at whose opening the changes take effect, but for those that do so at once.</summary>
    public required long Epoch { get; init; }

    /// <summary>The changes, in the order in which they are made.</summary>
    public required ImmutableArray<GovernanceChange> Changes { get; init; }

    /// <summary>Signatures, rising by key.</summary>
    public required ImmutableArray<GovernanceApproval> Approvals { get; init; }

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Map(4).Key(0).UInt((ulong)Number).Key(1).UInt((ulong)Epoch);
        WriteChanges(writer.Key(2), Changes);
        writer.Key(3).Array(Approvals.Length);
        foreach (GovernanceApproval approval in Approvals) writer.Array(2).Bytes(approval.Key.Value).Bytes(approval.Signature.Span);
    }

    internal static GovernEntry Read(ref FieldReader fields)
    {
        var entry = new GovernEntry
        {
            Number = fields.Int(0),
            Epoch = fields.Milliseconds(1),
            Changes = [.. fields.Array<GovernanceChange>(2, ProtocolLimits.GovernanceChangesMax, GovernanceChangeReader.TryRead)],
            Approvals = [.. fields.Array<GovernanceApproval>(3, ProtocolLimits.ListMax, GovernanceApproval.TryRead)],
        };
        if (entry.Changes.IsEmpty || entry.Approvals.IsEmpty || !TermsItems.Rises(entry.Approvals, approval => approval.Key.Value)) fields.Fail(FieldError.Malformed);
        return entry;
    }

    /// <summary>What each governance key signs: H("errand/govern/v1", network, number, epoch, changes), 64 bytes.</summary>
    public static byte[] Message(NetworkId network, int number, long epoch, ImmutableArray<GovernanceChange> changes)
    {
        var writer = new CanonicalWriter();
        WriteChanges(writer, changes);
        return new TaggedHash(Tags.Govern).Add(network.Value).Add((ulong)number).Add((ulong)epoch).Add(writer.Span).ToBytes64();
    }

    /// <summary>An entry signed by some keys.</summary>
    public static GovernEntry Sign(NetworkId network, int number, long epoch, ImmutableArray<GovernanceChange> changes, params ReadOnlySpan<SigningKey> keys)
    {
        byte[] message = Message(network, number, epoch, changes);
        var approvals = new List<GovernanceApproval>();
        foreach (SigningKey key in keys)
        {
            var signature = new byte[ProtocolSizes.Signature];
            key.Sign(message, signature);
            approvals.Add(new GovernanceApproval(key.PublicKey, signature));
        }
        return new GovernEntry { Number = number, Epoch = epoch, Changes = changes, Approvals = [.. approvals.OrderBy(approval => approval.Key)] };
    }

    /// <summary>Bytes that signatures of as many keys as there can be take, with the entry's other fields and its frame.</summary>
    internal const int ApprovalsSizeMax = ProtocolLimits.ListMax * (3 + Bytes32.Size + 2 + ProtocolSizes.Signature) + 256;

    /// <summary>True for changes as a Govern entry may hold them.</summary>
    internal static bool AreReadable(ReadOnlySpan<byte> changes)
    {
        if (!CanonicalCbor.IsCanonical(changes)) return false;
        var reader = new CanonicalReader(changes);
        if (!reader.TryReadArrayHeader(ProtocolLimits.GovernanceChangesMax, out int count) || count == 0) return false;
        for (; count > 0; count--)
            if (!reader.TryReadItem(CanonicalCbor.DepthMax, out ReadOnlySpan<byte> item) || !GovernanceChangeReader.TryRead(item, out _)) return false;
        return reader.AtEnd;
    }

    internal static void WriteChanges(CanonicalWriter writer, ImmutableArray<GovernanceChange> changes)
    {
        writer.Array(changes.Length);
        foreach (GovernanceChange change in changes) change.WriteTo(writer);
    }
}
