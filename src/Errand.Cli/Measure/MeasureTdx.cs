using System.CommandLine;
using Errand.Attestation;
using Errand.Client;

namespace Errand.Cli;

/// <summary><c>errand measure tdx</c>.</summary>
internal static class MeasureTdx
{
    public static CliCommand Build(CommandRunner runner)
    {
        var command = new CliCommand(
            "tdx", "Calculate MRTD from TDX firmware, RTMR 1 and 2 of a direct kernel boot, and registers from a CCEL log.",
            "errand measure tdx --firmware OVMF.inteltdx.fd --kernel vmlinuz --initrd initrd.img --append console=ttyS0",
            "errand measure tdx --firmware OVMF.inteltdx.fd --log CCEL --json");
        Option<string> firmware = MeasureCommands.Firmware(), name = MeasureCommands.Name();
        var order = new Option<string>("--page-order") { Description = "page-by-page (KVM since Linux 6.16) or added-first (hosts with patches from before).", HelpName = "ORDER", DefaultValueFactory = _ => "page-by-page" };
        var log = new Option<string?>("--log") { Description = "The log of a boot that is trusted (/sys/firmware/acpi/tables/data/CCEL): gives the registers that are not calculated, RTMR 0 among them.", HelpName = "FILE" };
        var boot = new MeasureBootOptions();
        order.AcceptOnlyFromAmong("page-by-page", "added-first");
        foreach (Option option in boot.All.Prepend(order).Prepend(firmware).Concat([log, name])) command.Add(option);
        runner.Set(command, context =>
        {
            TdxFirmware image = TdxFirmware.TryRead(MeasureInputs.ReadFirmware(context, context.Get(firmware)), out MeasurementError error) ?? throw MeasureInputs.Fault(error, context.Get(firmware));
            var values = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
            {
                ["mrtd"] = TdxMrTd.Calculate(image, context.Get(order) == "page-by-page" ? TdxPageOrder.PageByPage : TdxPageOrder.AddedFirst),
            };
            if (context.Get(log) is { } file) Replay(context, file, values);
            if (boot.Read(context) is { } direct)
            {
                TdxRuntimeRegisters registers = TdxRuntimeRegisters.Calculate(direct, out error) ?? throw MeasureInputs.Fault(error);
                values["rtmr1"] = registers.Rtmr1.ToArray();
                values["rtmr2"] = registers.Rtmr2.ToArray();
            }
            const string where = "Part of a reference, for tdx.references of a policy file; take the other members from a quote (errand evidence policy --from):";
            return MeasureReference.Print(context, [.. values.Select(value => (value.Key, value.Value))], where, json =>
            {
                json.WriteString("name", context.Get(name));
                foreach ((string register, byte[] value) in values) MeasureReference.Hex(json, register, value);
            });
        });
        return command;
    }

    private static void Replay(CommandContext context, string file, SortedDictionary<string, byte[]> values)
    {
        // The area is larger than its events: the rest is filler.
        if (CcEventLog.TryParse(EvidenceFiles.ReadBytes(context, file, EventLog.SizeMax)) is not { } log || CcEventLog.ReplayRtmrs(log) is not { } registers)
            throw new EvidenceException(new EvidenceFault("measure/event-log", $"{file} is no whole CCEL log with SHA-384 digests.", "Give the bytes of /sys/firmware/acpi/tables/data/CCEL."));
        for (int i = 0; i < registers.Count; i++) values[$"rtmr{i}"] = registers[i].ToArray();
    }
}
