using System.CommandLine;
using Errand.Node;

namespace Errand.Cli;

/// <summary><c>--enclave</c>: what the enclaves of a development network are.</summary>
internal static class EnclaveOption
{
    private const string Process = "process", Vm = "vm", VmVtpm = "vm-vtpm";

    public static Option<string?> Create()
    {
        var option = new Option<string?>("--enclave")
        {
            Description = "Enclaves of a new network: process (an ordinary child process), or vm (a virtual machine for each task; Debian package qemu-system-x86, and the image that image/build makes), or vm-vtpm (the same with a measured boot and a software TPM, whose quotes the committee judges; Debian packages ovmf, swtpm and swtpm-tools beside).",
            HelpName = "KIND",
        };
        option.AcceptOnlyFromAmong(Process, Vm, VmVtpm);
        return option;
    }

    /// <summary>The kind; null when none was named.</summary>
    public static DevelopmentEnclaveKind? Parse(string? name) => name switch
    {
        null => null,
        Process => DevelopmentEnclaveKind.Process,
        Vm => DevelopmentEnclaveKind.Vm,
        VmVtpm => DevelopmentEnclaveKind.VmVtpm,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>The name of a kind.</summary>
    public static string Name(DevelopmentEnclaveKind kind) => kind switch
    {
        DevelopmentEnclaveKind.Vm => Vm,
        DevelopmentEnclaveKind.VmVtpm => VmVtpm,
        _ => Process,
    };

    /// <summary>Where the image lies that <c>image/build</c> makes: the variable ERRAND_IMAGE, or the checkout's own place.</summary>
    public static string ImageFolder(CommandContext context) =>
        context.Environment.Variable("ERRAND_IMAGE") is { Length: > 0 } set ? context.Environment.At(set) : context.Environment.At(Path.Combine("artifacts", "image"));
}
