using Errand.Attestation;

namespace Errand.Node;

/// <summary>
/// The one EK template taken from each TPM vendor. A TPM that carries both an RSA and an ECC endorsement key could otherwise back two nodes.
/// </summary>
internal static class EndorsementKeyTemplates
{
    public static IReadOnlyDictionary<TpmVendor, EkTemplate> ByVendor { get; } = new Dictionary<TpmVendor, EkTemplate>
    {
        [TpmVendor.Of("IFX")] = EkTemplate.EccL2,
        [TpmVendor.Of("STM ")] = EkTemplate.EccL2,
        [TpmVendor.Of("NTC")] = EkTemplate.EccL2,
        [TpmVendor.Of("INTC")] = EkTemplate.EccL2,
        [TpmVendor.Of("AMD")] = EkTemplate.EccL2,
        [Platform.DevelopmentTpm.Vendor] = EkTemplate.EccL2,
        // Only a development network pins a root that certifies these.
        [Platform.SwtpmAuthority.Vendor] = Platform.SwtpmAuthority.Template,
    };
}
