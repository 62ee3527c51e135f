namespace Errand.Attestation;

/// <summary>One kind of evidence: how it is recognised among files, read, verified and appraised. A new kind is one of these and a line in <see cref="EvidenceKinds"/>.</summary>
internal abstract class EvidenceForm
{
    /// <summary>The kind.</summary>
    internal abstract EvidenceKind Kind { get; }

    /// <summary>Its stable name.</summary>
    internal abstract string Code { get; }

    /// <summary>What it is, for people, with its article.</summary>
    internal abstract string Title { get; }

    /// <summary>True when its first role is nothing but evidence; false for what may also go with another kind.</summary>
    internal virtual bool IsMain => true;

    /// <summary>True when the kind's policy says nothing of freshness, so that a nonce must be given with it.</summary>
    internal virtual bool NeedsNonce => false;

    /// <summary>Roles of which there is one file; the first one is what makes files this kind.</summary>
    internal abstract IReadOnlyList<EvidenceRole> Once { get; }

    /// <summary>True when the files hold this kind.</summary>
    internal virtual bool IsPresent(IReadOnlyList<SortedFile> files) => files.Any(file => file.Role == Once[0]);

    /// <summary>What the files say, unverified; null when the evidence itself is malformed.</summary>
    internal abstract IReadOnlyList<EvidenceClaim>? Describe(EvidenceBundle evidence);

    /// <summary>Verifies authenticity. Never throws for content.</summary>
    internal abstract FormVerification Verify(VerificationContext context);
}
