namespace Errand.Attestation;

/// <summary>
/// Verifies that an SGX quote is authentic: made by Intel's quoting enclave on a platform that Intel (or a pinned development vendor)
/// certified, of which collateral then tells the status. Whether it is acceptable is <see cref="SgxAppraiser"/>'s question: an authentic
/// quote may be of a debug enclave, or of a platform that is out of date.
/// </summary>
public static class SgxVerifier
{
    /// <summary>Verifies a quote of version 3, 4 or 5 at a time. Never throws for content.</summary>
    /// <param name="quote">The quote; what follows it in the buffer is ignored.</param>
    /// <param name="collateral">What was fetched for the platform.</param>
    /// <param name="roots">Roots that chains may end at.</param>
    /// <param name="now">The time of appraisal.</param>
    /// <param name="cache">Remembers collateral and CA certificates between calls; null to remember nothing.</param>
    public static SgxVerification Verify(ReadOnlySpan<byte> quote, IntelCollateral collateral, TrustedRoots roots, DateTimeOffset now, IntelCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(collateral);
        ArgumentNullException.ThrowIfNull(roots);
        IntelVerification verification = IntelVerifier.Verify(quote, IntelTeeType.Sgx, collateral, roots, now, cache);
        CheckList checks = verification.Checks;
        SgxReport? report = verification.Quote is { } read ? SgxReport.TryParse(read.Body) : null;
        if (verification.Quote is not null)
            checks.Require(report is not null, "report-format", AttestationReason.Malformed, "reserved bytes zero", report is null ? "not zero" : "zero", "The enclave's report is not one that this version knows.");
        VerifiedSgxQuote? verified = verification.Platform is { } platform && report is not null ? new VerifiedSgxQuote(verification.Quote!, report, platform) : null;
        return new SgxVerification(checks.ToResult(), verified, verification.Tcb);
    }
}
