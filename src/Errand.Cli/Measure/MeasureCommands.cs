using System.CommandLine;

namespace Errand.Cli;

/// <summary><c>errand measure</c>: calculate reference values from what a machine is started with. Needs no network and no TEE.</summary>
internal static class MeasureCommands
{
    public static Command Build(CommandRunner runner)
    {
        var measure = new CliCommand("measure", "Calculate reference values for policies: SEV launch digests, TDX registers, PCRs.");
        measure.Add(MeasureSnp.Build(runner));
        measure.Add(MeasureSev.Build(runner, es: false));
        measure.Add(MeasureSev.Build(runner, es: true));
        measure.Add(MeasureIdBlock.Build(runner));
        measure.Add(MeasurePcrs.Build(runner));
        measure.Add(MeasureTdx.Build(runner));
        return measure;
    }

    public static Option<string> Name() => new("--name") { Description = "What the reference is called in results.", HelpName = "NAME", DefaultValueFactory = _ => "measured" };

    public static Option<string> Firmware() => new("--firmware") { Description = "The OVMF image, as the machine maps it below 4 GiB.", HelpName = "FILE", Required = true };
}
