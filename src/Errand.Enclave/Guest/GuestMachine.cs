using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Errand.Enclave;

/// <summary>The enclave as a whole machine: the first and only process of a virtual machine that has nothing but one port to its host.</summary>
/// <remarks>
/// There is no shell, no network, no disk and no second process. The machine is switched off when the one task ends, however it ends; if this
/// code itself fails, the first process ends, the kernel panics, and a panic ends the machine too (<c>panic=-1</c>, and a VMM that does not reboot).
/// </remarks>
[SupportedOSPlatform("linux")]
internal static partial class GuestMachine
{
    private const string PortsFolder = "/sys/class/virtio-ports";
    private const int PowerOffCommand = 0x4321FEDC;
    private const int ConsoleHandle = 2;
    private static readonly TimeSpan PortPause = TimeSpan.FromMilliseconds(10);
    private const int PortLooks = 1000;

    // A write waits for a host that opens its end and reads. A machine whose host is gone must not wait for ever.
    private static readonly TimeSpan HostPatience = TimeSpan.FromMinutes(5);

    /// <summary>Runs one task, and switches the machine off.</summary>
    [DoesNotReturn]
    public static void Run()
    {
        try
        {
            var kernel = new GuestKernel();
            Mount(kernel, "devtmpfs", "/dev", devices: true);
            Mount(kernel, "proc", "/proc");
            Mount(kernel, "sysfs", "/sys");
            IReportSource? reports = GuestTee.Open(kernel, "/" + GuestModule.Folder, new TsmFolder(TsmFolder.DefaultFolder), new LinuxGuestTpm(kernel));
            Console.Error.WriteLine(reports is null ? GuestTee.NoReports : GuestTee.OwnReports);
            using FileStream port = OpenPort();
            using var guarded = new GuardedPort(port, HostPatience, PowerOff);
            EnclaveHost.Run(port, guarded, Console.Error, _ => PowerOff(), reports: reports);
        }
        catch (ReportFaultException fault)
        {
            Console.Error.WriteLine($"errand-enclave: {fault.FaultCode}");
        }
#pragma warning disable CA1031 // The last line of a machine that holds secrets: a runtime's own report of the exception could print them.
        catch (Exception exception)
        {
            Console.Error.WriteLine($"errand-enclave: {exception.GetType().Name}");
        }
#pragma warning restore CA1031
        PowerOff();
    }

    private static void Mount(GuestKernel kernel, string kind, string folder, bool devices = false)
    {
        if (kernel.Mount(kind, folder, devices) is not 0 and int error) throw new IOException($"{folder} cannot be mounted: error {error}.");
    }

    // The driver is part of the kernel, but learns the names of its ports from the host while this already runs.
    private static FileStream OpenPort()
    {
        for (int looks = 0; looks < PortLooks; looks++)
        {
            string? port = Directory.Exists(PortsFolder) ? Array.Find(Directory.GetDirectories(PortsFolder), IsChannel) : null;
            if (port is not null)
                return new FileStream(Path.Combine("/dev", Path.GetFileName(port)), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0 });
            Task.Delay(PortPause, TimeProvider.System).Wait();
        }
        throw new IOException("There is no port to a host.");
    }

    private static bool IsChannel(string port)
    {
        string name = Path.Combine(port, "name");
        return File.Exists(name) && File.ReadAllText(name).TrimEnd('\n') == VmProfile.PortName;
    }

    [DoesNotReturn]
    private static void PowerOff()
    {
        // The last words are still on their way through the console.
        _ = Native.tcdrain(ConsoleHandle);
        _ = Native.reboot(PowerOffCommand);
        // Not reached unless the kernel refuses; ending the first process then makes it panic.
        Environment.Exit(EnclaveHost.ExitAborted);
    }

#pragma warning disable IDE1006, CA5392 // The C library's own names; it is loaded already.
    private static partial class Native
    {
        [LibraryImport("libc")]
        internal static partial int tcdrain(int handle);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial int reboot(int command);
    }
#pragma warning restore IDE1006, CA5392
}
