using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A requester does not get the result that an executor is to serve: the attempt fails, and the backup's begins.</summary>
public sealed record UnavailableEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Unavailable;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>The attempt.</summary>
    public required int Attempt { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(2).Key(0).Bytes(Task.Value).Key(1).UInt((ulong)Attempt);

    internal static UnavailableEntry Read(ref FieldReader fields) => new() { Task = new TaskId(fields.Bytes32(0)), Attempt = fields.Int(1) };
}
