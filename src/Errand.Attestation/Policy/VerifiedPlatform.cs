namespace Errand.Attestation;

/// <summary>Platform evidence whose authenticity has been verified. Made only by <see cref="PlatformVerifier"/>.</summary>
public sealed class VerifiedPlatform
{
    internal VerifiedPlatform(EkCertificate certificate, TrustedRoot root, TpmtPublic endorsementKey, TpmtPublic attestationKey, TpmsAttest quote, PcrBank pcrs, ReadOnlyMemory<byte> eventLog, VerifiedIma? ima)
    {
        Certificate = certificate;
        Root = root;
        EndorsementKey = endorsementKey;
        AttestationKey = attestationKey;
        Quote = quote;
        Pcrs = pcrs;
        EventLog = eventLog;
        Ima = ima;
        Claims = new Claims(PlatformClaims.Encode(this));
    }

    /// <summary>Manufacturer, model and version of the TPM.</summary>
    public EkCertificate Certificate { get; }

    /// <summary>The pinned root that the EK certificate ends at.</summary>
    public TrustedRoot Root { get; }

    /// <summary>The endorsement key.</summary>
    public TpmtPublic EndorsementKey { get; }

    /// <summary>The attestation key. That it lives in the same TPM shows only when the credential challenge is answered.</summary>
    public TpmtPublic AttestationKey { get; }

    /// <summary>The quote.</summary>
    public TpmsAttest Quote { get; }

    /// <summary>The PCR values, which are those quoted.</summary>
    public PcrBank Pcrs { get; }

    /// <summary>The event log as received; the appraisal replays it.</summary>
    public ReadOnlyMemory<byte> EventLog { get; }

    /// <summary>What the kernel says it has measured; null if nothing was offered.</summary>
    public VerifiedIma? Ima { get; }

    /// <summary>Everything above but the logs, as canonical CBOR.</summary>
    public Claims Claims { get; }
}
