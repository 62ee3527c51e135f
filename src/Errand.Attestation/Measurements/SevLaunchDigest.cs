using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>Calculates the launch digests of SEV and SEV-ES: SHA-256 over all that is loaded (AMD publication 55766, LAUNCH_UPDATE_DATA and LAUNCH_UPDATE_VMSA).</summary>
public static class SevLaunchDigest
{
    /// <summary>The digest of an SEV guest, 32 bytes; null and the error when the inputs do not go together.</summary>
    public static byte[]? CalculateSev(SevFirmware firmware, DirectBoot? boot, out MeasurementError error) => Calculate(firmware, null, boot, out error);

    /// <summary>The digest of an SEV-ES guest, 32 bytes; null and the error when the inputs do not go together. SEV_FEATURES is measured as zero.</summary>
    public static byte[]? CalculateSevEs(SevFirmware firmware, SevProcessors processors, DirectBoot? boot, out MeasurementError error)
    {
        ArgumentNullException.ThrowIfNull(processors);
        // Bit 0 says that SNP is active, and no other bit is handed over for SEV-ES.
        return Calculate(firmware, processors with { Features = 0 }, boot, out error);
    }

    private static byte[]? Calculate(SevFirmware firmware, SevProcessors? processors, DirectBoot? boot, out MeasurementError error)
    {
        ArgumentNullException.ThrowIfNull(firmware);
        error = boot is not null && firmware.HashTableAddress == 0 ? MeasurementError.KernelHashesUnsupported : processors?.Check(firmware) ?? MeasurementError.None;
        if (error != MeasurementError.None) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(firmware.Image.Span);
        if (boot is not null) hash.AppendData(SevHashTable.Make(boot));
        if (processors is not null)
        {
            (byte[] first, byte[]? others) = processors.MakePages(firmware);
            hash.AppendData(first);
            for (int i = 1; i < processors.Count; i++) hash.AppendData(others!);
        }
        return hash.GetHashAndReset();
    }
}
