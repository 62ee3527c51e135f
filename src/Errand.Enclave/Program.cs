using Errand.Enclave;

if (OperatingSystem.IsLinux())
{
    LinuxProcess.Confine();
    // The first process of a system: the enclave is this whole machine, and its host is at the other end of a port.
    if (Environment.ProcessId == 1) GuestMachine.Run();
    LinuxProcess.WidenInput();
}
using Stream input = Console.OpenStandardInput();
using Stream output = Console.OpenStandardOutput();
return EnclaveHost.Run(input, output, Console.Error, Environment.Exit);
