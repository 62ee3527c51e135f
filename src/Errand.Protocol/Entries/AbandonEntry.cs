using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An executor gives up an attempt whose enclave it has lost, so that the backup's begins without waiting.</summary>
public sealed record AbandonEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Abandon;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>The attempt.</summary>
    public required int Attempt { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(2).Key(0).Bytes(Task.Value).Key(1).UInt((ulong)Attempt);

    internal static AbandonEntry Read(ref FieldReader fields) => new()
    {
        Task = new TaskId(fields.Bytes32(0)),
        Attempt = fields.Int(1),
    };
}
