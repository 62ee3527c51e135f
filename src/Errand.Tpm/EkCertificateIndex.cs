using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>Where EK certificates lie in NV memory (TCG EK Credential Profile for TPM 2.0, section 2.2.1.4).</summary>
internal static class EkCertificateIndex
{
    /// <summary>Certificates of issuers, one after the other, may lie from here on, through as many indices as they need.</summary>
    public const uint IssuersFirst = 0x01C0_0100, IssuersLast = 0x01C0_01FF;

    /// <summary>The index of a template's certificate.</summary>
    public static uint Of(EkTemplate template) => template switch
    {
        EkTemplate.RsaL1 => 0x01C0_0002,
        EkTemplate.EccL2 => 0x01C0_000A,
        _ => throw new ArgumentOutOfRangeException(nameof(template)),
    };
}
