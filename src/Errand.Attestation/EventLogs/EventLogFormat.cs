namespace Errand.Attestation;

/// <summary>The two formats of firmware event logs.</summary>
public enum EventLogFormat
{
    /// <summary>TCG_PCR_EVENT: SHA-1 only, from the days of TPM 1.2.</summary>
    Sha1 = 1,

    /// <summary>TCG_PCR_EVENT2: one digest per bank, after a Spec ID event.</summary>
    CryptoAgile = 2,
}
