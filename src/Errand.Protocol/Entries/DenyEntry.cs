using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An owner does not let its asset be used in a task, or does not release its key. Either ends the task.</summary>
public sealed record DenyEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Deny;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>The asset.</summary>
    public required AssetId Asset { get; init; }

    /// <summary>Why.</summary>
    public required DenyReason Reason { get; init; }

    /// <summary>The attempt whose release is denied; 0 before the first. Refused in time, a deny cannot be brought again at a later step.</summary>
    public required int Attempt { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(4)
        .Key(0).Bytes(Task.Value).Key(1).Bytes(Asset.Value).Key(2).UInt((ulong)Reason).Key(3).UInt((ulong)Attempt);

    internal static DenyEntry Read(ref FieldReader fields)
    {
        var entry = new DenyEntry
        {
            Task = new TaskId(fields.Bytes32(0)),
            Asset = new AssetId(fields.Bytes32(1)),
            Reason = (DenyReason)fields.Int(2, ushort.MaxValue),
            Attempt = fields.Int(3),
        };
        if (!Enum.IsDefined(entry.Reason)) fields.Fail(FieldError.Malformed);
        return entry;
    }
}
