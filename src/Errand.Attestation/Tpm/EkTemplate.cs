namespace Errand.Attestation;

/// <summary>The default templates of endorsement keys (TCG EK Credential Profile for TPM 2.0, annex B.3).</summary>
public enum EkTemplate
{
    /// <summary>L-1: RSA 2048.</summary>
    RsaL1 = 1,

    /// <summary>L-2: ECC NIST P-256.</summary>
    EccL2 = 2,
}
