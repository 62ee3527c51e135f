namespace Errand.Attestation;

/// <summary>The one entry point for TEE evidence of any kind: verify, then appraise. A pure function of its arguments.</summary>
public static class TeeAppraiser
{
    /// <summary>Verifies and appraises evidence at a time. Never throws for content.</summary>
    /// <param name="evidence">The evidence.</param>
    /// <param name="policy">What it must be.</param>
    /// <param name="now">The time of appraisal.</param>
    /// <param name="known">Issuers that need not be checked again; null to check all.</param>
    /// <param name="revocationLists">Vendors' revocation lists at hand; null for none.</param>
    public static TeeAppraisal Appraise(TeeEvidence evidence, TeePolicy policy, DateTimeOffset now, VerifiedIssuers? known = null, IReadOnlyList<CertificateRevocationList>? revocationLists = null)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(policy);
        return evidence.Kind switch
        {
            TeeKind.SevSnp => AppraiseSnp(evidence, policy, now, known, revocationLists),
            TeeKind.Tdx => AppraiseTdx(evidence, policy, now),
            TeeKind.DevelopmentVtpm => AppraiseVtpm(evidence, policy, now, known),
            _ => throw new ArgumentOutOfRangeException(nameof(evidence), "A kind of evidence that no parser gives."),
        };
    }

    private static TeeAppraisal AppraiseSnp(TeeEvidence evidence, TeePolicy policy, DateTimeOffset now, VerifiedIssuers? known, IReadOnlyList<CertificateRevocationList>? revocationLists)
    {
        SnpVerification verification = SnpVerifier.Verify(evidence.Report.Span, evidence.Certificates, policy.Roots, now, known, revocationLists);
        AttestationResult result = verification.Result;
        if (verification.Report is { } verified) result = result.Then(policy.SevSnp is { } rules ? SnpAppraiser.Appraise(verified, rules) : KindRefused(evidence.Kind));
        return new TeeAppraisal
        {
            Result = result,
            Claims = verification.Report?.Claims,
            ChipId = verification.Report is { Report: { ChipIdIsMasked: false, SigningKey: SnpSigningKey.Vcek } named } ? named.ChipId : default(ReadOnlyMemory<byte>?),
            ReportData = verification.Report?.Report.ReportData,
            IsDevelopment = verification.Report?.Root.IsDevelopment ?? false,
            SevSnp = verification.Report,
        };
    }

    // Without collateral nothing says what the platform is worth, and the checks of it name what is missing.
    private static TeeAppraisal AppraiseTdx(TeeEvidence evidence, TeePolicy policy, DateTimeOffset now)
    {
        TdxVerification verification = TdxVerifier.Verify(evidence.Report.Span, evidence.Collateral ?? IntelCollateral.None, policy.Roots, now);
        AttestationResult result = verification.Result;
        if (verification.Quote is { } verified) result = result.Then(policy.Tdx is { } rules ? TdxAppraiser.Appraise(verified, rules) : KindRefused(evidence.Kind));
        return new TeeAppraisal
        {
            Result = result,
            Claims = verification.Quote?.Claims,
            ChipId = verification.Quote is { } named ? TdxChipId.Of(named.Platform.Pck) : default(ReadOnlyMemory<byte>?),
            ReportData = verification.Quote?.Report.ReportData,
            IsDevelopment = verification.Quote?.Platform.Root.IsDevelopment ?? false,
            SevSnp = null,
        };
    }

    // Refused before anything is looked at: a network that does not take software TPMs need not say what is wrong with one.
    private static TeeAppraisal AppraiseVtpm(TeeEvidence evidence, TeePolicy policy, DateTimeOffset now, VerifiedIssuers? known)
    {
        VtpmVerification verification = policy.DevelopmentVtpm is null
            ? new VtpmVerification(KindRefused(evidence.Kind), null)
            : VtpmVerifier.Verify(evidence.Report.Span, evidence.Certificates, policy.Roots, now, known);
        AttestationResult result = verification.Result;
        if (verification.Report is { } verified) result = result.Then(VtpmAppraiser.Appraise(verified, policy.DevelopmentVtpm!));
        return new TeeAppraisal
        {
            Result = result,
            Claims = verification.Report?.Claims,
            ChipId = verification.Report?.TpmId,
            ReportData = verification.Report?.Quote.ExtraData,
            IsDevelopment = verification.Report is not null,
            SevSnp = null,
        };
    }

    private static AttestationResult KindRefused(TeeKind kind)
    {
        var checks = new CheckList();
        checks.Require(false, "tee-kind", AttestationReason.TeeKind, "a kind of TEE that the policy lists", kind.ToString(), "This network does not take that kind of TEE.");
        return checks.ToResult();
    }
}
