using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A verifier's ticket of the current epoch: its VRF output makes the next beacon value if it is the lowest.</summary>
public sealed record TicketEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Ticket;

    /// <summary>The epoch in which the ticket is drawn.</summary>
    public required long Epoch { get; init; }

    /// <summary>80 bytes: VRF proof over H("errand/beacon-ticket/v1", network, epoch, R(epoch)).</summary>
    public required ReadOnlyMemory<byte> Proof { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(2).Key(0).UInt((ulong)Epoch).Key(1).Bytes(Proof.Span);

    internal static TicketEntry Read(ref FieldReader fields) => new()
    {
        Epoch = fields.Milliseconds(0),
        Proof = fields.Bytes(1, ProtocolSizes.VrfProof, ProtocolSizes.VrfProof).ToArray(),
    };

    /// <summary>The VRF input of a ticket.</summary>
    public static byte[] Input(NetworkId network, long epoch, Bytes32 randomness) =>
        new TaggedHash(Tags.BeaconTicket).Add(network.Value).Add((ulong)epoch).Add(randomness).ToBytes64();
}
