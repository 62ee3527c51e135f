using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Errand.Protocol.Tests;

/// <summary>Runs the tests, or, for <see cref="LongHistoryTests"/>, a process that folds the history of the vectors.</summary>
internal static class Program
{
    internal static Task<int> Main(string[] args) => args switch
    {
        [HistoryFoldProcess.Argument, string culture] => Task.FromResult(HistoryFoldProcess.Fold(culture)),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
