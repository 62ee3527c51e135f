using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Errand.Enclave.Tests;

/// <summary>Runs the tests, or, for <see cref="KilledHostTests"/>, a host of one machine that waits to be killed.</summary>
internal static class Program
{
    internal static Task<int> Main(string[] args) => args switch
    {
        [MachineHost.Argument, string step, string tpmState] => MachineHost.RunAsync(Enum.Parse<HostStep>(step), tpmState),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
