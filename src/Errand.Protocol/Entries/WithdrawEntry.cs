using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A requester takes its task back before any key has been released to the current attempt.</summary>
public sealed record WithdrawEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Withdraw;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(1).Key(0).Bytes(Task.Value);

    internal static WithdrawEntry Read(ref FieldReader fields) => new() { Task = new TaskId(fields.Bytes32(0)) };
}
