namespace Errand.Attestation;

/// <summary>Which endorsement key certificates are accepted. Every member must be given; no class accepts nothing.</summary>
public sealed record EkCertificatePolicy
{
    /// <summary>Classes of roots that are taken.</summary>
    public required IReadOnlyList<RootClass> RootClasses { get; init; }

    /// <summary>Manufacturers whose TPMs are not taken.</summary>
    public required IReadOnlyList<TpmVendor> Denied { get; init; }
}
