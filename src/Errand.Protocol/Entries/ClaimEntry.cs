using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An executor's ticket for a task; the lowest when the window ends wins.</summary>
public sealed record ClaimEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Claim;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>80 bytes: VRF proof over the lottery input of the claim.</summary>
    public required ReadOnlyMemory<byte> Proof { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(2).Key(0).Bytes(Task.Value).Key(1).Bytes(Proof.Span);

    internal static ClaimEntry Read(ref FieldReader fields) => new()
    {
        Task = new TaskId(fields.Bytes32(0)),
        Proof = fields.Bytes(1, ProtocolSizes.VrfProof, ProtocolSizes.VrfProof).ToArray(),
    };
}
