using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Client;
using Errand.Enclave;
using Errand.Node;
using Errand.Platform;
using Errand.Tpm;

namespace Errand.Cli;

/// <summary><c>errand image measure --boot</c> and <c>--boot-tdx</c>: what a machine with a software TPM, or a TDX domain, reports when it boots an image here.</summary>
internal static class MeasuredBoot
{
    private const string Name = "enclave image";

    /// <summary>Boots a TDX domain.</summary>
    /// <exception cref="ClientException">None can be booted here; says why.</exception>
    public static async Task<TdxReference> TakeDomainAsync(CommandContext context, VmImage image, VmReferences references, byte[]? mrtd, string? firmware, CancellationToken cancellation)
    {
        if (mrtd is null || firmware is null) throw new ClientException(ClientError.Usage, "--boot-tdx needs the firmware of the domain.", "Name it: --tdx-firmware OVMF.inteltdx.fd.");
        context.Environment.Error.WriteLine("booting one TDX domain");
        try
        {
            var launcher = new VmEnclaveLauncher(new VmEnclaveOptions { Image = image, Profile = VmProfile.Emulated with { Mode = VmMode.Tdx, Firmware = context.Environment.At(firmware) }, Measurement = mrtd, Warn = _ => { } });
            await using (launcher.ConfigureAwait(false)) return await DomainBoot.TakeAsync(launcher, mrtd, references, Name, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is InvalidDataException or VmHostException)
        {
            throw new ClientException(ClientError.Usage, $"No TDX domain can be booted here: {fault.Message}", "errand node doctor says what the host lacks.", fault);
        }
    }

    /// <summary>Boots a machine with a software TPM.</summary>
    /// <exception cref="ClientException">None can be booted here; says why.</exception>
    public static async Task<IReadOnlyList<PlatformReference>> TakeAsync(CommandContext context, VmImage image, CancellationToken cancellation)
    {
        context.Environment.Error.WriteLine("booting one machine under emulation: some ten seconds");
        // Of a vendor that nobody will hear of again: only what the firmware measured is kept.
        using var vendor = DevelopmentVendor.Create(RandomNumberGenerator.GetBytes(DevelopmentVendor.SeedSize));
        string folder = Directory.CreateTempSubdirectory("errand-boot").FullName;
        try
        {
            using VtpmTemplate template = await VtpmTemplate.OpenAsync(folder, vendor, TimeProvider.System, cancellation).ConfigureAwait(false);
            var options = new VmEnclaveOptions { Image = image, Profile = VmProfile.Vtpm, TpmState = template.StateFile, Warn = _ => { } };
            return await ReferenceBoot.TakeAsync(options, template, vendor, Name, cancellation).ConfigureAwait(false);
        }
        catch (TpmException fault)
        {
            throw new ClientException(ClientError.Usage, $"No machine with a software TPM can be booted here: {fault.Message}", fault.Remedy, fault);
        }
        catch (Exception fault) when (fault is InvalidDataException or VmHostException)
        {
            throw new ClientException(ClientError.Usage, $"No machine with a software TPM can be booted here: {fault.Message}", "errand node doctor says what the host lacks.", fault);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
