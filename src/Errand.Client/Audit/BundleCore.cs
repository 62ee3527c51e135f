using Errand.Primitives;

namespace Errand.Client;

/// <summary>The part of a bundle that level 1 needs: the entries of one attempt, and what its evidence is appraised with.</summary>
internal sealed record BundleCore
{
    private const int EntrySizeMax = CoseSign1.SizeMax;

    // The end of the year 9999: later times have no calendar date, and nobody appraises at them.
    private const ulong TimeMax = 253_402_300_799_999;

    /// <summary>How many entries there are.</summary>
    public const int EntriesCount = 4;

    /// <summary>The entries: submit, offer, evidence, receipt.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Entries => [Submit, Offer, Evidence, Receipt];

    public required ReadOnlyMemory<byte> Submit { get; init; }

    public required ReadOnlyMemory<byte> Offer { get; init; }

    public required long OfferMilliseconds { get; init; }

    public required Bytes32 Seed { get; init; }

    public required ReadOnlyMemory<byte> Evidence { get; init; }

    public required long EvidenceMilliseconds { get; init; }

    public required ReadOnlyMemory<byte> Receipt { get; init; }

    public void WriteTo(CanonicalWriter writer) => writer.Map(7)
        .Key(0).Bytes(Submit.Span)
        .Key(1).Bytes(Offer.Span)
        .Key(2).UInt((ulong)OfferMilliseconds)
        .Key(3).Bytes(Seed)
        .Key(4).Bytes(Evidence.Span)
        .Key(5).UInt((ulong)EvidenceMilliseconds)
        .Key(6).Bytes(Receipt.Span);

    public static BundleCore Read(ref FieldReader outer, int key)
    {
        var fields = new FieldReader(outer.Item(key));
        var core = new BundleCore
        {
            Submit = fields.Bytes(0, 1, EntrySizeMax).ToArray(),
            Offer = fields.Bytes(1, 1, EntrySizeMax).ToArray(),
            OfferMilliseconds = (long)fields.UInt(2, TimeMax),
            Seed = fields.Bytes32(3),
            Evidence = fields.Bytes(4, 1, EntrySizeMax).ToArray(),
            EvidenceMilliseconds = (long)fields.UInt(5, TimeMax),
            Receipt = fields.Bytes(6, 1, EntrySizeMax).ToArray(),
        };
        outer.Fail(fields.Close());
        return core;
    }

    public bool IsSame(BundleCore other) =>
        Submit.Span.SequenceEqual(other.Submit.Span) && Offer.Span.SequenceEqual(other.Offer.Span) && OfferMilliseconds == other.OfferMilliseconds
        && Seed == other.Seed && Evidence.Span.SequenceEqual(other.Evidence.Span) && EvidenceMilliseconds == other.EvidenceMilliseconds
        && Receipt.Span.SequenceEqual(other.Receipt.Span);
}
