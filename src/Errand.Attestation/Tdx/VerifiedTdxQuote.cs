namespace Errand.Attestation;

/// <summary>A TDX quote whose authenticity has been verified. Made only by <see cref="TdxVerifier"/>.</summary>
public sealed class VerifiedTdxQuote
{
    internal VerifiedTdxQuote(IntelQuote quote, TdReport report, VerifiedIntelPlatform platform)
    {
        Quote = quote;
        Report = report;
        Platform = platform;
        Claims = new Claims(TdxClaims.Encode(this));
    }

    /// <summary>The quote.</summary>
    public IntelQuote Quote { get; }

    /// <summary>The trust domain's report in it.</summary>
    public TdReport Report { get; }

    /// <summary>The platform that made it, and its status.</summary>
    public VerifiedIntelPlatform Platform { get; }

    /// <summary>Everything above, as canonical CBOR.</summary>
    public Claims Claims { get; }
}
