using Errand.Platform;
using Errand.Tpm;

namespace Errand.Node;

/// <summary>What vouches for the enclaves of one executor of a development network: a development processor, or the software TPM of its virtual machines.</summary>
/// <param name="Processor">The processor; null where machines have a TPM.</param>
/// <param name="Vtpm">The TPM; null where there is a processor.</param>
internal sealed record DevelopmentTees(DevelopmentTee? Processor, VtpmTemplate? Vtpm) : IDisposable
{
    /// <summary>Makes it for an executor.</summary>
    /// <exception cref="DevelopmentNetworkException"><c>devnet/tpm</c>: swtpm does not do its part.</exception>
    public static async Task<DevelopmentTees> OpenAsync(DevelopmentMember member, DevelopmentFolder folder, DevelopmentVendor vendor, DevelopmentEnclaves enclaves, TimeProvider time)
    {
        if (enclaves.Kind != DevelopmentEnclaveKind.VmVtpm)
        {
            return new DevelopmentTees(new DevelopmentTee(vendor, new DevelopmentTeeOptions
            {
                ChipId = DevelopmentTee.DeriveChipId(vendor.ProductLine, member.Identity.PublicKey.Value.ToArray()),
                Measurement = enclaves.Measurement,
            }), null);
        }
        try
        {
            return new DevelopmentTees(null, await VtpmTemplate.OpenAsync(folder.NodeVtpm(member.Name), vendor, time, CancellationToken.None).ConfigureAwait(false));
        }
        catch (TpmException fault)
        {
            throw new DevelopmentNetworkException("devnet/tpm", $"The TPM of {member.Name}'s virtual machines cannot be made: {fault.Message}", fault.Remedy);
        }
    }

    /// <summary>The executor's machine.</summary>
    /// <param name="tpm">Its own TPM.</param>
    /// <param name="change">Puts something else in a processor's place.</param>
    public Machine Stand(LiveTpm tpm, Func<DevelopmentTee, ITeeReporter> change) => Processor is { } processor
        ? new Machine(tpm, change(processor))
        : new Machine(tpm, Vtpm!) { VtpmCertificates = Vtpm!.Certificates };

    public void Dispose()
    {
        Processor?.Dispose();
        Vtpm?.Dispose();
    }
}
