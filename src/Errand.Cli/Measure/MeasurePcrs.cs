using System.CommandLine;
using System.Globalization;
using Errand.Attestation;
using Errand.Client;

namespace Errand.Cli;

/// <summary><c>errand measure pcrs</c>.</summary>
internal static class MeasurePcrs
{
    public static CliCommand Build(CommandRunner runner)
    {
        var command = new CliCommand(
            "pcrs", "Calculate PCRs: all that an event log explains, and 4 and 9 of a direct kernel boot under OVMF.",
            "errand measure pcrs --log binary_bios_measurements --pcrs 0,2,4,7,9",
            "errand measure pcrs --kernel vmlinuz --initrd initrd.img --append console=ttyS0 --filled-in-for 512M",
            "errand measure pcrs --log reference.log --pcrs 0,2,7 --kernel vmlinuz --initrd initrd.img --append console=ttyS0 --json");
        var log = new Option<string?>("--log") { Description = "The event log of a boot that is trusted (/sys/kernel/security/tpm0/binary_bios_measurements).", HelpName = "FILE" };
        var bank = new Option<string>("--bank") { Description = "sha1, sha256, sha384 or sha512.", HelpName = "BANK", DefaultValueFactory = _ => "sha256" };
        var pcrs = new Option<string?>("--pcrs") { Description = "Which PCRs of the log; else all that it extends.", HelpName = "LIST" };
        var filled = new Option<string?>("--filled-in-for") { Description = "Memory of a q35 machine whose QEMU fills in the kernel's boot header: before QEMU 10.0, or with firmware before edk2 2025.02.", HelpName = "SIZE" };
        Option<string> name = MeasureCommands.Name();
        var boot = new MeasureBootOptions();
        bank.AcceptOnlyFromAmong("sha1", "sha256", "sha384", "sha512");
        foreach (Option option in boot.All.Prepend(pcrs).Prepend(log).Concat([filled, bank, name])) command.Add(option);
        runner.Set(command, context =>
        {
            TpmAlgorithm algorithm = TpmAlgorithms.FromBankName(context.Get(bank))!.Value;
            SortedDictionary<int, byte[]> values = context.Get(log) is { } file ? Replay(context, file, algorithm, context.Get(pcrs)) : [];
            if (context.Get(pcrs) is not null && context.Get(log) is null) throw new ClientException(ClientError.Usage, "--pcrs belongs to --log.");
            DirectBoot? direct = boot.Read(context);
            if (direct is null && (values.Count == 0 || context.Get(filled) is not null)) throw new ClientException(ClientError.Usage, "Name a --log, a --kernel, or both.");
            if (direct is not null) Calculate(values, Fill(direct, context.Get(filled)), algorithm);
            return MeasureReference.Print(context, [.. values.Select(pcr => ($"PCR {pcr.Key}", pcr.Value))], "A reference, for tpmQuote.references of a policy file:", json =>
            {
                json.WriteString("name", context.Get(name));
                json.WriteString("bank", algorithm.BankName());
                json.WriteStartObject("pcrs");
                foreach ((int index, byte[] value) in values) MeasureReference.Hex(json, index.ToString(CultureInfo.InvariantCulture), value);
                json.WriteEndObject();
            });
        });
        return command;
    }

    private static void Calculate(SortedDictionary<int, byte[]> values, DirectBoot boot, TpmAlgorithm algorithm)
    {
        PcrBank calculated = PcrCalculator.Calculate(boot, algorithm, out MeasurementError error) ?? throw MeasureInputs.Fault(error);
        foreach (int index in calculated.Pcrs.Indices()) values[index] = calculated[index].ToArray();
    }

    private static DirectBoot Fill(DirectBoot boot, string? memory) => memory is null ? boot : boot with
    {
        Kernel = LinuxBootHeader.TryFill(boot.Kernel.Span, boot.Initrd.Length, MeasureInputs.Memory(memory, "--filled-in-for")) ?? throw MeasureInputs.Fault(MeasurementError.KernelHeader),
    };

    private static SortedDictionary<int, byte[]> Replay(CommandContext context, string file, TpmAlgorithm algorithm, string? list)
    {
        EventLog log = EventLog.TryParse(EvidenceFiles.ReadBytes(context, file, EventLog.SizeMax))
            ?? throw new EvidenceException(new EvidenceFault("measure/event-log", $"{file} is no whole event log.", "Give the bytes of binary_bios_measurements."));
        PcrBank replay = EventLogReplay.Replay(log, algorithm)
            ?? throw new EvidenceException(new EvidenceFault("measure/bank", $"{file} does not explain the bank {algorithm.BankName()}.", $"It has: {string.Join(", ", log.Algorithms.Select(known => known.BankName()))}."));
        var values = new SortedDictionary<int, byte[]>();
        foreach (int index in list is null ? replay.Pcrs.Indices() : list.Split(',').Select(ReadIndex))
        {
            if (replay[index].IsEmpty) throw new ClientException(ClientError.Usage, $"The log extends no PCR {index}.");
            values[index] = replay[index].ToArray();
        }
        return values;
    }

    private static int ReadIndex(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < PcrSet.Count
        ? index
        : throw new ClientException(ClientError.Usage, "--pcrs is a list such as 0,2,4.");
}
