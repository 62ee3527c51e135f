namespace Errand.Attestation;

/// <summary>
/// Verifies that a TDX quote is authentic: made by Intel's quoting enclave on a platform that Intel (or a pinned development vendor)
/// certified, of which collateral then tells the status. Whether it is acceptable is <see cref="TdxAppraiser"/>'s question: an authentic
/// quote may be of a debug domain, or of a platform that is out of date.
/// </summary>
public static class TdxVerifier
{
    /// <summary>Verifies a quote of version 4 or 5 at a time. Never throws for content.</summary>
    /// <param name="quote">The quote; what follows it in the buffer is ignored.</param>
    /// <param name="collateral">What was fetched for the platform.</param>
    /// <param name="roots">Roots that chains may end at.</param>
    /// <param name="now">The time of appraisal.</param>
    /// <param name="cache">Remembers collateral and CA certificates between calls; null to remember nothing.</param>
    public static TdxVerification Verify(ReadOnlySpan<byte> quote, IntelCollateral collateral, TrustedRoots roots, DateTimeOffset now, IntelCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(collateral);
        ArgumentNullException.ThrowIfNull(roots);
        IntelVerification verification = IntelVerifier.Verify(quote, IntelTeeType.Tdx, collateral, roots, now, cache);
        VerifiedTdxQuote? verified = verification.Platform is { } platform && TdReport.TryParse(verification.Quote!.Body) is { } report ? new VerifiedTdxQuote(verification.Quote, report, platform) : null;
        return new TdxVerification(verification.Checks.ToResult(), verified, verification.Tcb);
    }
}
