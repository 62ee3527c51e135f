using System.CommandLine;
using Errand.Attestation;
using Errand.Client;

namespace Errand.Cli;

/// <summary><c>errand measure snp</c>.</summary>
internal static class MeasureSnp
{
    public static CliCommand Build(CommandRunner runner)
    {
        var command = new CliCommand(
            "snp", "Calculate the launch digest of an SEV-SNP guest.",
            "errand measure snp --firmware OVMF.amdsev.fd --kernel vmlinuz --initrd initrd.img --append console=ttyS0 --vcpu-type EPYC-v4 --product-line Milan",
            "errand measure snp --firmware ovmf.bin --vmm ec2 --vcpus 2 --product-line Milan --json",
            "errand measure snp --firmware OVMF_CODE.fd --svsm svsm.bin --variables-size 540672 --vcpu-type EPYC-v4");
        Option<string> firmware = MeasureCommands.Firmware(), name = MeasureCommands.Name();
        var firmwareDigest = new Option<string?>("--firmware-digest") { Description = "The digest after the firmware's pages, to start from in place of them.", HelpName = "HEX" };
        var svsm = new Option<string?>("--svsm") { Description = "The service module at VMPL 0 (Coconut SVSM).", HelpName = "FILE" };
        var variables = new Option<int>("--variables-size") { Description = "With --svsm: bytes of the variable store below the firmware.", HelpName = "BYTES" };
        var line = new Option<string?>("--product-line") { Description = "For a reference: Milan, Genoa or Turin.", HelpName = "LINE" };
        var vmpl = new Option<int>("--vmpl") { Description = "For a reference: the privilege level that asks for reports.", HelpName = "0-3" };
        var hostData = new Option<string?>("--host-data") { Description = "For a reference: HOST_DATA; else zero.", HelpName = "HEX" };
        var boot = new MeasureBootOptions();
        var processors = new MeasureVcpuOptions();
        var id = new MeasureIdOptions();
        foreach (Option option in new Option[] { firmware, firmwareDigest }) command.Add(option);
        foreach (Option option in boot.All.Concat(processors.All)) command.Add(option);
        foreach (Option option in new Option[] { processors.Features, svsm, variables, name, line, vmpl, hostData }) command.Add(option);
        foreach (Option option in id.All) command.Add(option);
        line.AcceptOnlyFromAmong(Enum.GetNames<SnpProductLine>());
        runner.Set(command, context =>
        {
            byte[] measurement = Calculate(context, context.Get(firmware), context.Get(firmwareDigest), context.Get(svsm), context.Get(variables), boot, processors);
            SnpIdBlock block = id.Read(context, measurement);
            string where = context.Get(line) is null ? "Name the --product-line for a reference:" : "A reference, for sevSnp.references of a policy file:";
            byte[] host = MeasureInputs.Hex(context.Get(hostData), 32, "--host-data");
            byte[] idKey = MeasureIdOptions.DigestKey(context, context.Get(id.IdKey)), authorKey = MeasureIdOptions.DigestKey(context, context.Get(id.AuthorKey));
            if (context.Get(vmpl) is < 0 or > 3) throw new ClientException(ClientError.Usage, "--vmpl is 0 to 3.");
            return MeasureReference.Print(context, [("measurement", measurement)], where, json =>
            {
                json.WriteString("name", context.Get(name));
                if (context.Get(line) is { } known) json.WriteString("productLine", known);
                MeasureReference.Hex(json, "measurement", measurement);
                json.WriteString("policy", new SnpGuestPolicy(block.Policy).ToString());
                json.WriteNumber("vmpl", context.Get(vmpl));
                json.WriteNumber("guestSvn", block.GuestSvn);
                MeasureReference.Hex(json, "familyId", block.FamilyId);
                MeasureReference.Hex(json, "imageId", block.ImageId);
                MeasureReference.Hex(json, "hostData", host);
                MeasureReference.Hex(json, "idKeyDigest", idKey);
                MeasureReference.Hex(json, "authorKeyDigest", authorKey);
            });
        });
        return command;
    }

    private static byte[] Calculate(CommandContext context, string file, string? digest, string? svsm, int variables, MeasureBootOptions bootOptions, MeasureVcpuOptions processorOptions)
    {
        SevFirmware firmware = MeasureInputs.ReadSevFirmware(context, file);
        SevProcessors processors = processorOptions.Read(context, MeasureInputs.Bits(context.Get(processorOptions.Features), "--features"));
        DirectBoot? boot = bootOptions.Read(context);
        byte[]? measurement;
        MeasurementError error;
        if (svsm is null)
        {
            if (variables != 0) throw new ClientException(ClientError.Usage, "--variables-size belongs to --svsm.");
            byte[] seed = digest is null ? [] : MeasureInputs.Hex(digest, 48, "--firmware-digest");
            measurement = SnpLaunchDigest.Calculate(firmware, processors, boot, out error, seed);
        }
        else
        {
            if (boot is not null || digest is not null || variables < 0) throw new ClientException(ClientError.Usage, "With --svsm there is neither a --kernel nor a --firmware-digest, and --variables-size is not negative.");
            measurement = SnpLaunchDigest.CalculateWithServiceModule(firmware, variables, MeasureInputs.ReadSevFirmware(context, svsm), processors, out error);
        }
        return measurement ?? throw MeasureInputs.Fault(error);
    }
}
