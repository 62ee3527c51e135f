namespace Errand.Attestation;

/// <summary>An SGX quote whose authenticity has been verified. Made only by <see cref="SgxVerifier"/>.</summary>
public sealed class VerifiedSgxQuote
{
    internal VerifiedSgxQuote(IntelQuote quote, SgxReport report, VerifiedIntelPlatform platform)
    {
        Quote = quote;
        Report = report;
        Platform = platform;
        Claims = new Claims(SgxClaims.Encode(this));
    }

    /// <summary>The quote.</summary>
    public IntelQuote Quote { get; }

    /// <summary>The enclave's report in it.</summary>
    public SgxReport Report { get; }

    /// <summary>The platform that made it, and its status.</summary>
    public VerifiedIntelPlatform Platform { get; }

    /// <summary>Everything above, as canonical CBOR.</summary>
    public Claims Claims { get; }
}
