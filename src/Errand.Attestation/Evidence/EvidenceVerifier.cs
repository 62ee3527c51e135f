namespace Errand.Attestation;

/// <summary>
/// Verifies and appraises evidence of every kind. Pure: the same arguments give the same result for ever. Never throws for content.
/// </summary>
public static class EvidenceVerifier
{
    /// <summary>What the files say of themselves, verified by nobody; null when the evidence is malformed.</summary>
    public static IReadOnlyList<EvidenceClaim>? Describe(EvidenceBundle evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return EvidenceKinds.FormOf(evidence.Kind).Describe(evidence);
    }

    /// <summary>Verifies that evidence is authentic, then appraises it.</summary>
    /// <param name="evidence">The files of one piece of evidence.</param>
    /// <param name="collateral">What was fetched from vendors.</param>
    /// <param name="policy">What is accepted; null to ask for authenticity only, which accepts nothing.</param>
    /// <param name="roots">Roots that chains may end at.</param>
    /// <param name="now">The time of appraisal.</param>
    /// <param name="nonce">What the evidence must carry as nonce or report data, all of it; null when nothing was asked for.</param>
    /// <param name="cache">What earlier verifications remembered; null to remember nothing.</param>
    public static ExplainedResult Appraise(
        EvidenceBundle evidence, Collateral collateral, AppraisalPolicy? policy, TrustedRoots roots, DateTimeOffset now, ReadOnlyMemory<byte>? nonce = null, EvidenceCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(collateral);
        ArgumentNullException.ThrowIfNull(roots);
        EvidenceForm form = EvidenceKinds.FormOf(evidence.Kind);
        VerificationContext context = ContextOf(evidence, collateral, roots, now, cache);
        FormVerification verification = form.Verify(context);
        AttestationResult? appraisal = policy is null && nonce is null ? null : Appraise(form, verification, policy, nonce);
        return ExplainedResults.Of(form, context, verification, appraisal, policy is not null, now);
    }

    /// <summary>
    /// A policy made of the evidence's own values, to be reviewed by a person: it accepts what it was made from, good or not. Null unless the
    /// evidence is authentic.
    /// </summary>
    public static AppraisalPolicy? DraftPolicy(EvidenceBundle evidence, Collateral collateral, TrustedRoots roots, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(collateral);
        ArgumentNullException.ThrowIfNull(roots);
        FormVerification verification = EvidenceKinds.FormOf(evidence.Kind).Verify(ContextOf(evidence, collateral, roots, now, null));
        return verification.Authenticity.Accepted ? verification.Draft?.Invoke() : null;
    }

    private static VerificationContext ContextOf(EvidenceBundle evidence, Collateral collateral, TrustedRoots roots, DateTimeOffset now, EvidenceCache? cache) =>
        new(evidence, new CertificatePool(evidence.Files.Concat(collateral.Files), cache), collateral, roots, now, cache);

    private static AttestationResult Appraise(EvidenceForm form, FormVerification verification, AppraisalPolicy? policy, ReadOnlyMemory<byte>? nonce)
    {
        var checks = new CheckList();
        // Unsigned evidence may hold together and still be anybody's.
        if (!verification.Authenticity.Accepted || verification.Appraise is not { } appraise)
        {
            checks.Skip("appraisal", "The evidence is not authentic: what it says is nobody's word.");
            return checks.ToResult();
        }
        if (nonce is { } asked)
        {
            bool same = verification.Challenge is { } challenge && challenge.Span.SequenceEqual(asked.Span);
            checks.Require(same, "challenge", AttestationReason.Nonce, Convert.ToHexStringLower(asked.Span), verification.Challenge is { } actual ? Convert.ToHexStringLower(actual.Span) : $"{form.Title} has no place for one",
                verification.Challenge is { } other && other.Length != asked.Length
                    ? $"The evidence carries {other.Length} bytes, and {asked.Length} were given: give all of them, as they were handed to the device."
                    : "The evidence was made for another question, or earlier. Ask for new evidence with this nonce.");
        }
        else if (form.NeedsNonce)
            checks.Require(false, "challenge", AttestationReason.Nonce, "a nonce", "none was given", "The policy for this kind does not say what the quote must be bound to: give the nonce when verifying (--nonce).");
        if (policy is null) return checks.ToResult();
        AttestationResult? result = appraise(policy);
        if (result is not null) return checks.ToResult().Then(result);
        checks.Require(false, "kind-allowed", AttestationReason.TeeKind, "a section of the policy for this kind", form.Code, $"The policy does not take {form.Title}. Add a section for it: errand evidence policy --kind {form.Code}.");
        return checks.ToResult();
    }
}
