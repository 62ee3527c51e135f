using Errand.Attestation;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>What an auditor brings along; nothing of it comes from the bundle.</summary>
public sealed record AuditorTrust
{
    /// <summary>Vendor roots that evidence may end at in a network that is not marked development.</summary>
    public required TrustedRoots Roots { get; init; }

    /// <summary>Appraises evidence.</summary>
    public required EvidenceAppraiser Appraiser { get; init; }

    /// <summary>The network the receipt must be of; null to take the one in the bundle, which the report then says.</summary>
    public required NetworkId? Network { get; init; }

    /// <summary>A signed note that the auditor has from elsewhere; null for none. <see cref="SignedNote"/> says its form.</summary>
    public required ReadOnlyMemory<byte>? Checkpoint { get; init; }

    /// <summary>Vendors' revocation lists of a later time than the evidence; they flag, and never undo what was appraised.</summary>
    public IReadOnlyList<CertificateRevocationList> RevocationLists { get; init; } = [];
}
