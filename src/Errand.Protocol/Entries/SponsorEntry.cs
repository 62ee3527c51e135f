using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A listed operator vouches for a new one; enough of them admit it (docs/protocol.md section 6.1.6).</summary>
public sealed record SponsorEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Sponsor;

    /// <summary>The new operator.</summary>
    public required PublicKey Operator { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(1).Key(0).Bytes(Operator.Value);

    internal static SponsorEntry Read(ref FieldReader fields) => new() { Operator = new PublicKey(fields.Bytes32(0)) };
}
