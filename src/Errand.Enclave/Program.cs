using Errand.Enclave;

if (OperatingSystem.IsLinux()) LinuxProcess.Confine();
using Stream input = Console.OpenStandardInput();
using Stream output = Console.OpenStandardOutput();
return EnclaveHost.Run(input, output, Console.Error, Environment.Exit);
