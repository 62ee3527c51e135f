namespace Errand.Attestation;

/// <summary>A reference value: what an allowed guest's report says, field by field. All fields must match.</summary>
public sealed record SnpReference
{
    /// <summary>What it is called in documents and results.</summary>
    public required string Name { get; init; }

    /// <summary>Processor generation.</summary>
    public required SnpProductLine ProductLine { get; init; }

    /// <summary>Launch digest, 48 bytes.</summary>
    public required ReadOnlyMemory<byte> Measurement { get; init; }

    /// <summary>All bits of the guest policy.</summary>
    public required SnpGuestPolicy Policy { get; init; }

    /// <summary>Privilege level that asks for reports.</summary>
    public required uint Vmpl { get; init; }

    /// <summary>GUEST_SVN.</summary>
    public required uint GuestSvn { get; init; }

    /// <summary>FAMILY_ID, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> FamilyId { get; init; }

    /// <summary>IMAGE_ID, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> ImageId { get; init; }

    /// <summary>HOST_DATA, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> HostData { get; init; }

    /// <summary>ID_KEY_DIGEST, 48 bytes; zero for a guest launched without an ID block.</summary>
    public required ReadOnlyMemory<byte> IdKeyDigest { get; init; }

    /// <summary>AUTHOR_KEY_DIGEST, 48 bytes; zero for a guest launched without an author key.</summary>
    public required ReadOnlyMemory<byte> AuthorKeyDigest { get; init; }

    /// <summary>The name of the first field in which a report differs; null when none does.</summary>
    public string? FirstDifference(VerifiedSnpReport verified)
    {
        ArgumentNullException.ThrowIfNull(verified);
        SnpReport report = verified.Report;
        if (verified.ProductLine != ProductLine) return "product-line";
        if (!Same(report.Measurement, Measurement)) return "measurement";
        if (report.Policy != Policy) return "policy";
        if (report.Vmpl != Vmpl) return "vmpl";
        if (report.GuestSvn != GuestSvn) return "guest-svn";
        if (!Same(report.FamilyId, FamilyId)) return "family-id";
        if (!Same(report.ImageId, ImageId)) return "image-id";
        if (!Same(report.HostData, HostData)) return "host-data";
        if (!Same(report.IdKeyDigest, IdKeyDigest)) return "id-key-digest";
        if (!Same(report.AuthorKeyDigest, AuthorKeyDigest)) return "author-key-digest";
        return null;
    }

    private static bool Same(ReadOnlyMemory<byte> actual, ReadOnlyMemory<byte> expected) => actual.Span.SequenceEqual(expected.Span);
}
