using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Errand.Ledger.Tests;

/// <summary>Runs the tests, or, for <see cref="KilledProcessTests"/>, a process that appends until it is killed.</summary>
internal static class Program
{
    internal static Task<int> Main(string[] args) => args switch
    {
        [AppendingProcess.Argument, string file, string first] => AppendingProcess.RunAsync(file, first),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
