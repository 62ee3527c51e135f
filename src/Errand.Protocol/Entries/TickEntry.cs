using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Nothing but time: lets deadlines fire. Refused when none is due.</summary>
public sealed record TickEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Tick;

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(0);

    internal static TickEntry Read(ref FieldReader fields)
    {
        _ = fields.Error;
        return new TickEntry();
    }
}
