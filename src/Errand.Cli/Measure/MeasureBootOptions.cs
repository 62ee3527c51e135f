using System.CommandLine;
using System.Text;
using Errand.Attestation;
using Errand.Client;

namespace Errand.Cli;

/// <summary>The inputs of a direct kernel boot.</summary>
internal sealed class MeasureBootOptions
{
    public Option<string?> Kernel { get; } = new("--kernel") { Description = "The kernel, when the VMM loads it (QEMU -kernel).", HelpName = "FILE" };

    public Option<string?> Initrd { get; } = new("--initrd") { Description = "The initrd (QEMU -initrd).", HelpName = "FILE" };

    public Option<string?> Append { get; } = new("--append") { Description = "The kernel's command line (QEMU -append).", HelpName = "TEXT" };

    public Option<string?> AppendFile { get; } = new("--append-file") { Description = "A file that holds the command line; a line feed at its end is left out.", HelpName = "FILE" };

    public IEnumerable<Option> All => [Kernel, Initrd, Append, AppendFile];

    /// <summary>The boot; null when no kernel is named.</summary>
    public DirectBoot? Read(CommandContext context)
    {
        string? initrd = context.Get(Initrd), text = context.Get(Append), file = context.Get(AppendFile);
        if (context.Get(Kernel) is not { } kernel)
        {
            if (initrd is not null || text is not null || file is not null) throw new ClientException(ClientError.Usage, "An initrd or a command line needs a --kernel.");
            return null;
        }
        if (text is not null && file is not null) throw new ClientException(ClientError.Usage, "Name either --append or --append-file.");
        if (file is not null) text = Encoding.UTF8.GetString(MeasureInputs.ReadKey(context, file)).TrimEnd('\n');
        if (text?.Contains('\0', StringComparison.Ordinal) == true) throw new ClientException(ClientError.Usage, "A command line has no NUL.");
        return new DirectBoot(MeasureInputs.ReadKernel(context, kernel), initrd is null ? default : MeasureInputs.ReadKernel(context, initrd), text ?? "");
    }
}
