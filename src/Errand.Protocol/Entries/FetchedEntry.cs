using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A requester has the result that an executor serves: the task completes at once.</summary>
public sealed record FetchedEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Fetched;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>The attempt.</summary>
    public required int Attempt { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(2).Key(0).Bytes(Task.Value).Key(1).UInt((ulong)Attempt);

    internal static FetchedEntry Read(ref FieldReader fields) => new() { Task = new TaskId(fields.Bytes32(0)), Attempt = fields.Int(1) };
}
