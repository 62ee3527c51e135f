namespace Errand.Attestation;

/// <summary>What the steps common to SGX and TDX give.</summary>
internal sealed class IntelVerification
{
    internal CheckList Checks { get; } = new();

    internal IntelQuote? Quote { get; set; }

    internal PckCertificate? Pck { get; set; }

    internal TrustedRoot? Root { get; set; }

    internal TcbEvaluation? Tcb { get; set; }

    internal bool RevocationChecked { get; set; }

    /// <summary>The platform, when everything held; else null.</summary>
    internal VerifiedIntelPlatform? Platform => !Checks.Failed && Pck is { } pck && Root is { } root ? new VerifiedIntelPlatform(pck, root, Tcb, RevocationChecked) : null;
}
