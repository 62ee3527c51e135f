using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A node leaves for good: it sits on no later committee and runs no later task.</summary>
public sealed record RetireEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Retire;

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(0);

    internal static RetireEntry Read(ref FieldReader fields)
    {
        _ = fields.Error;
        return new RetireEntry();
    }
}
