namespace Errand.Attestation;

/// <summary>The platform that made an authentic quote.</summary>
public sealed class VerifiedIntelPlatform
{
    internal VerifiedIntelPlatform(PckCertificate pck, TrustedRoot root, TcbEvaluation? tcb, bool revocationChecked)
    {
        Pck = pck;
        Root = root;
        Tcb = tcb;
        RevocationChecked = revocationChecked;
    }

    /// <summary>What the platform's certificate says: PPID, platform instance, FMSPC.</summary>
    public PckCertificate Pck { get; }

    /// <summary>The pinned root that the chain ends at, and the collateral with it.</summary>
    public TrustedRoot Root { get; }

    /// <summary>Statuses, advisories and evaluation number; null when no TCB info was given.</summary>
    public TcbEvaluation? Tcb { get; }

    /// <summary>True when the lists of both the root and the platform's CA were checked.</summary>
    public bool RevocationChecked { get; }
}
