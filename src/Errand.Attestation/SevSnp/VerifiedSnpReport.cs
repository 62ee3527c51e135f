using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>A report whose authenticity has been verified, with what the certificates add. Made only by <see cref="SnpVerifier"/>.</summary>
public sealed class VerifiedSnpReport
{
    internal VerifiedSnpReport(SnpReport report, SnpProductLine line, TrustedRoot root, SnpTcb current, SnpTcb reported, SnpTcb committed, SnpTcb launch, Bytes32 endorsement, bool revocationChecked)
    {
        Report = report;
        ProductLine = line;
        Root = root;
        CurrentTcb = current;
        ReportedTcb = reported;
        CommittedTcb = committed;
        LaunchTcb = launch;
        RevocationChecked = revocationChecked;
        Claims = new Claims(SnpClaims.Encode(this, endorsement));
    }

    /// <summary>The report.</summary>
    public SnpReport Report { get; }

    /// <summary>The processor's generation, on which root, certificate and report agree.</summary>
    public SnpProductLine ProductLine { get; }

    /// <summary>The pinned root that the chain ends at.</summary>
    public TrustedRoot Root { get; }

    /// <summary>Firmware now running.</summary>
    public SnpTcb CurrentTcb { get; }

    /// <summary>Firmware that the signing key is bound to.</summary>
    public SnpTcb ReportedTcb { get; }

    /// <summary>Firmware below which the machine cannot go back.</summary>
    public SnpTcb CommittedTcb { get; }

    /// <summary>Firmware when the guest was launched.</summary>
    public SnpTcb LaunchTcb { get; }

    /// <summary>True when the root's revocation list was looked at. No claim of the evidence: another verifier may have had no list.</summary>
    public bool RevocationChecked { get; }

    /// <summary>Everything but <see cref="RevocationChecked"/>, as canonical CBOR.</summary>
    public Claims Claims { get; }
}
