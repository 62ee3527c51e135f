using System.CommandLine;
using Errand.Attestation;
using Errand.Client;

namespace Errand.Cli;

/// <summary>The virtual processors of an SEV-ES or SEV-SNP guest.</summary>
internal sealed class MeasureVcpuOptions
{
    public Option<int> Count { get; } = new("--vcpus") { Description = "How many processors (QEMU -smp).", HelpName = "N", DefaultValueFactory = _ => 1 };

    public Option<string?> Type { get; } = new("--vcpu-type") { Description = $"Model as QEMU names it (-cpu): {string.Join(", ", VcpuSignature.Names)}.", HelpName = "MODEL" };

    public Option<string?> Signature { get; } = new("--vcpu-signature") { Description = "EAX of CPUID leaf 1 in place of a model.", HelpName = "0xHEX" };

    public Option<string> Vmm { get; } = new("--vmm") { Description = "Who launches the guest: qemu, ec2 or gce.", HelpName = "VMM", DefaultValueFactory = _ => "qemu" };

    public Option<string> Features { get; } = new("--features") { Description = "SEV_FEATURES of SEV-SNP: bit 0 SNP, bit 5 debug swap.", HelpName = "0xHEX", DefaultValueFactory = _ => "0x1" };

    public IEnumerable<Option> All => [Count, Type, Signature, Vmm];

    public SevProcessors Read(CommandContext context, ulong features)
    {
        VmmKind vmm = Enum.GetValues<VmmKind>().FirstOrDefault(kind => kind.ToString().Equals(context.Get(Vmm), StringComparison.OrdinalIgnoreCase), (VmmKind)(-1));
        if (!Enum.IsDefined(vmm)) throw new ClientException(ClientError.Usage, "--vmm is qemu, ec2 or gce.");
        return new SevProcessors(context.Get(Count), ReadSignature(context, vmm), features, vmm);
    }

    private VcpuSignature ReadSignature(CommandContext context, VmmKind vmm)
    {
        string? type = context.Get(Type), signature = context.Get(Signature);
        if (type is not null && signature is not null) throw new ClientException(ClientError.Usage, "Name either --vcpu-type or --vcpu-signature.");
        if (type is not null) return VcpuSignature.FromName(type) ?? throw new ClientException(ClientError.Usage, $"{type} is no known model.", $"Models: {string.Join(", ", VcpuSignature.Names)}. Or give --vcpu-signature.");
        if (signature is not null)
        {
            ulong bits = MeasureInputs.Bits(signature, "--vcpu-signature");
            return bits <= uint.MaxValue ? new VcpuSignature((uint)bits) : throw new ClientException(ClientError.Usage, "--vcpu-signature has 32 bits.");
        }
        // Others than QEMU do not hand it over.
        return vmm == VmmKind.Qemu ? throw new ClientException(ClientError.Usage, "QEMU's processors are measured with their model: name --vcpu-type or --vcpu-signature.") : default;
    }
}
