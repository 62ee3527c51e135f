using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>A node's word to itself on a snapshot in its own folder: what state it is, after which entry, and what lies beside it.</summary>
/// <remarks>
/// A frame by the node's own key, so that a folder somebody else wrote to is found out; external_aad = H("errand/own-snapshot/v1", network).
/// </remarks>
/// <param name="Checkpoint">Position, time and root.</param>
/// <param name="LastLeaf">Leaf hash of the last entry: a ledger that shows another there has been rewritten.</param>
/// <param name="Extra">SHA-256 of what lies beside the snapshot.</param>
internal sealed record OwnNote(StateCheckpoint Checkpoint, Bytes32 LastLeaf, Bytes32 Extra)
{
    public static OwnNote Of(NetworkState state, LedgerEntry last, ReadOnlySpan<byte> extra) =>
        new(StateCheckpoint.Of(state), LedgerLeaf.Hash(last.TimeMilliseconds, last.Bytes.Span), DigestOf(extra));

    public static Bytes32 DigestOf(ReadOnlySpan<byte> extra) => new(SHA256.HashData(extra));

    /// <summary>The note's frame.</summary>
    public byte[] Sign(SigningKey key) => CoseSigner.Sign(key, Context(Checkpoint.Network), new CanonicalWriter().Map(5)
        .Key(0).UInt((ulong)Checkpoint.Position).Key(1).UInt((ulong)Checkpoint.LedgerMilliseconds).Key(2).Bytes(Checkpoint.Root.Value)
        .Key(3).Bytes(LastLeaf).Key(4).Bytes(Extra).ToArray()).Encoded.ToArray();

    /// <summary>Reads an own note; null for anything that this key did not sign for this network.</summary>
    public static OwnNote? TryOpen(NetworkId network, PublicKey self, ReadOnlySpan<byte> note)
    {
        if (CoseSign1.TryParse(note) is not { } frame || frame.Signer != self || !Ed25519.Verify(self, frame.ToBeSigned(Context(network)), frame.Signature)) return null;
        if (!CanonicalCbor.IsCanonical(frame.Payload)) return null;
        var fields = new FieldReader(frame.Payload);
        var checkpoint = new StateCheckpoint(network, (long)fields.UInt(0, long.MaxValue), (long)fields.UInt(1, long.MaxValue), new StateRoot(fields.Bytes32(2)));
        var read = new OwnNote(checkpoint, fields.Bytes32(3), fields.Bytes32(4));
        return fields.Close() == FieldError.None ? read : null;
    }

    private static byte[] Context(NetworkId network) => new TaggedHash(Tags.OwnSnapshot).Add(network.Value).ToBytes64();
}
