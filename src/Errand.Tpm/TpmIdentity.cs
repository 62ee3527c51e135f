using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>What a TPM says of itself; nothing here is signed.</summary>
/// <param name="Vendor">Manufacturer.</param>
/// <param name="Text">The manufacturer's own string.</param>
/// <param name="FirmwareVersion">Firmware version, as quotes give it.</param>
/// <param name="FailedTries">Wrong authorisations that are counted at present.</param>
/// <param name="FailedTriesMax">How many lock the TPM.</param>
public sealed record TpmIdentity(TpmVendor Vendor, string Text, ulong FirmwareVersion, uint FailedTries, uint FailedTriesMax);
