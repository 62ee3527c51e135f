namespace Errand.Attestation;

/// <summary>A software TPM's report whose authenticity has been verified. Made only by <see cref="VtpmVerifier"/>.</summary>
public sealed class VerifiedVtpm
{
    internal VerifiedVtpm(TrustedRoot root, TpmtPublic attestationKey, TpmsAttest quote, PcrBank pcrs, ReadOnlyMemory<byte> eventLog)
    {
        Root = root;
        AttestationKey = attestationKey;
        Quote = quote;
        Pcrs = pcrs;
        EventLog = eventLog;
        Claims = new Claims(VtpmClaims.Encode(this));
    }

    /// <summary>The pinned development root that the attestation key's certificate ends at.</summary>
    public TrustedRoot Root { get; }

    /// <summary>The attestation key, which the TPM's maker certified.</summary>
    public TpmtPublic AttestationKey { get; }

    /// <summary>The quote.</summary>
    public TpmsAttest Quote { get; }

    /// <summary>The PCR values, which are those quoted.</summary>
    public PcrBank Pcrs { get; }

    /// <summary>The event log as received; the appraisal replays it.</summary>
    public ReadOnlyMemory<byte> EventLog { get; }

    /// <summary>What stands for the chip: SHA-512 of the attestation key's public area, 64 bytes.</summary>
    public ReadOnlyMemory<byte> TpmId => VtpmReport.TpmIdOf(AttestationKey.Encoded.Span);

    /// <summary>Everything above but the log, as canonical CBOR.</summary>
    public Claims Claims { get; }
}
