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

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(3)
        .Key(0).Bytes(Task.Value).Key(1).Bytes(Asset.Value).Key(2).UInt((ulong)Reason);

    internal static DenyEntry Read(ref FieldReader fields)
    {
        var entry = new DenyEntry
        {
            Task = new TaskId(fields.Bytes32(0)),
            Asset = new AssetId(fields.Bytes32(1)),
            Reason = (DenyReason)fields.Int(2, ushort.MaxValue),
        };
        if (!Enum.IsDefined(entry.Reason)) fields.Fail(FieldError.Malformed);
        return entry;
    }
}
