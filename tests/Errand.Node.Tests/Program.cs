using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Errand.Node.Tests;

/// <summary>Runs the tests, or, for <see cref="HostProcess"/>, a host that works until it is killed.</summary>
internal static class Program
{
    internal static Task<int> Main(string[] args) => args switch
    {
        [HostProcess.Argument, string folder, string claimMilliseconds] => HostProcess.RunAsync(folder, claimMilliseconds),
        [PartProcess.PartArgument, string folder, string ledger, string listen, string names] => PartProcess.RunPartAsync(folder, ledger, listen, names),
        [PartProcess.LedgerArgument, string folder, string listen] => PartProcess.RunLedgerAsync(folder, listen),
        [SnapshotWriter.Argument, string folder, string from] => Task.FromResult(SnapshotWriter.Run(folder, long.Parse(from, System.Globalization.CultureInfo.InvariantCulture))),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
