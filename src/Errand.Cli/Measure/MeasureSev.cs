using System.CommandLine;
using Errand.Attestation;

namespace Errand.Cli;

/// <summary><c>errand measure sev</c> and <c>errand measure sev-es</c>.</summary>
internal static class MeasureSev
{
    public static CliCommand Build(CommandRunner runner, bool es)
    {
        CliCommand command = es
            ? new CliCommand("sev-es", "Calculate the launch digest of an SEV-ES guest.", "errand measure sev-es --firmware OVMF.fd --vcpus 4 --vcpu-type EPYC-v4")
            : new CliCommand("sev", "Calculate the launch digest of an SEV guest.", "errand measure sev --firmware OVMF.amdsev.fd --kernel vmlinuz --initrd initrd.img --append console=ttyS0");
        Option<string> firmware = MeasureCommands.Firmware();
        var boot = new MeasureBootOptions();
        var processors = new MeasureVcpuOptions();
        command.Add(firmware);
        foreach (Option option in boot.All) command.Add(option);
        if (es)
        {
            foreach (Option option in processors.All) command.Add(option);
        }
        runner.Set(command, context =>
        {
            SevFirmware image = MeasureInputs.ReadSevFirmware(context, context.Get(firmware));
            byte[]? digest = es
                ? SevLaunchDigest.CalculateSevEs(image, processors.Read(context, features: 0), boot.Read(context), out MeasurementError error)
                : SevLaunchDigest.CalculateSev(image, boot.Read(context), out error);
            if (digest is null) throw MeasureInputs.Fault(error);
            // No policy file is about these: their attestation is not verified here.
            if (context.Json) context.WriteJson(json =>
            {
                json.WriteStartObject();
                MeasureReference.Hex(json, "measurement", digest);
                json.WriteEndObject();
            });
            else context.Line($"{"measurement",-12} {Convert.ToHexStringLower(digest)}");
            return ExitCode.Ok;
        });
        return command;
    }
}
