namespace Errand.Attestation;

/// <summary>What a Proof of Trust must show to be accepted. Every member must be given.</summary>
public sealed record PlatformPolicy
{
    /// <summary>Roots that EK certificates may end at.</summary>
    public required TrustedRoots Roots { get; init; }

    /// <summary>Classes of those roots that are taken.</summary>
    public required IReadOnlyCollection<RootClass> RootClasses { get; init; }

    /// <summary>The one EK template taken from each vendor; a vendor without one is refused.</summary>
    public required IReadOnlyDictionary<TpmVendor, EkTemplate> EkTemplates { get; init; }

    /// <summary>Exactly these PCRs of the SHA-256 bank must be quoted; not empty.</summary>
    public required PcrSet RequiredPcrs { get; init; }

    /// <summary>The qualifying data that the quote must have.</summary>
    public required ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>Nonces of earlier epochs: refused like any other, but with a reason that says so.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> ExpiredNonces { get; init; }

    /// <summary>Identity, or listed machine states only.</summary>
    public required PlatformClass Class { get; init; }

    /// <summary>Listed machine states, for <see cref="PlatformClass.Platform"/>.</summary>
    public required IReadOnlyList<PlatformReference> References { get; init; }

    /// <summary>Whether the log must show that Secure Boot is on.</summary>
    public required bool RequireSecureBoot { get; init; }

    /// <summary>Whether the machine must offer what its kernel has measured.</summary>
    public required bool RequireIma { get; init; }

    /// <summary>What it may have measured, if it offers that; null to look at the list's authenticity alone.</summary>
    public required ImaPolicy? Ima { get; init; }

    /// <summary>TPMs that are not taken.</summary>
    public required IReadOnlyList<DeniedTpm> DeniedTpms { get; init; }
}
