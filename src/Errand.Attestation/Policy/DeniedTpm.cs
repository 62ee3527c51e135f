namespace Errand.Attestation;

/// <summary>TPMs that are not taken, because of a known weakness. Null members stand for any value.</summary>
/// <param name="Vendor">Manufacturer.</param>
/// <param name="Model">Model as in EK certificates.</param>
/// <param name="FirmwareVersion">Firmware version as quotes give it.</param>
public sealed record DeniedTpm(TpmVendor Vendor, string? Model, ulong? FirmwareVersion)
{
    /// <summary>Whether a TPM is meant.</summary>
    public bool Matches(EkCertificate certificate, ulong firmwareVersion)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.Vendor == Vendor && (Model is null || Model == certificate.Model) && (FirmwareVersion is null || FirmwareVersion == firmwareVersion);
    }
}
