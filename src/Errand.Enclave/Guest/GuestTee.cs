using System.Security.Cryptography;

namespace Errand.Enclave;

/// <summary>Finds out, as the machine comes up, whether its processor gives reports, and shuts the way to them for good.</summary>
/// <remarks>
/// A driver that finds its hardware makes a report of the machine's own mandatory: no error leads from there to a report that the host gives. Which
/// hardware there is, is the host's word; what it signs is not.
/// </remarks>
internal static class GuestTee
{
    /// <summary>Said on the console: whether the processor gives the machine reports of its own.</summary>
    public const string OwnReports = "errand-enclave: report/own", NoReports = "errand-enclave: report/none";

    private const int Done = 0, NoSuchDevice = 19;

    // What RTMR 3 is extended with: whatever quote came later would not be of a machine that may have a task before it.
    private static ReadOnlySpan<byte> ClosedWords => "errand: this machine has taken its report"u8;

    /// <summary>Loads the modules in their order. Hardware that is not there is no fault.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="modules">The folder of the modules.</param>
    /// <param name="tree">configfs, once it is mounted.</param>
    /// <param name="tpm">The TPM that measured the boot, where there is one.</param>
    /// <returns>Where the machine's report comes from; null when neither processor nor TPM gives one, and then no module can be loaded any more.</returns>
    /// <exception cref="ReportFaultException">The image or the kernel has not what it must have.</exception>
    public static IReportSource? Open(IGuestKernel kernel, string modules, ITsmTree tree, IGuestTpm tpm)
    {
        var providers = new List<GuestModule>();
        foreach (GuestModule module in GuestModule.All)
        {
            int error = kernel.LoadModule(Path.Combine(modules, module.File));
            bool absent = error == NoSuchDevice && module.Provider != TsmProvider.None;
            if (error != Done && !absent) throw new ReportFaultException(ReportFault.Module);
            if (!absent && module.Provider != TsmProvider.None) providers.Add(module);
        }
        if (providers.Count == 0)
        {
            // Nothing uses them: the machine is rid of all, the last one first.
            Unload(kernel, GuestModule.All.Where(module => module.Provider == TsmProvider.None).Reverse());
            // A TPM is the host's own: it is asked only where no processor speaks for the machine.
            if (tpm.IsThere) return new VtpmReporter(tpm, () => Require(kernel.Seal()));
            Require(kernel.Seal());
            return null;
        }
        if (kernel.Mount("configfs", TsmFolder.MountPoint, devices: false) != Done) throw new ReportFaultException(ReportFault.NoReports);
        return new TsmReporter(tree, provider =>
        {
            // Before the driver goes: it is the one that extends.
            if (provider == TsmProvider.TdxGuest) Require(kernel.ExtendRuntimeRegister(SHA384.HashData(ClosedWords)));
            Require(kernel.Unmount(TsmFolder.MountPoint));
            Unload(kernel, providers);
            Require(kernel.Seal());
        });
    }

    // Without its driver the kernel has neither device nor key to talk to the processor's firmware with, and sealed it gets no other driver, kernel or look at its memory.
    private static void Unload(IGuestKernel kernel, IEnumerable<GuestModule> modules)
    {
        foreach (GuestModule module in modules) Require(kernel.UnloadModule(module.Name));
    }

    private static void Require(int error)
    {
        if (error != Done) throw new ReportFaultException(ReportFault.StillOpen);
    }
}
