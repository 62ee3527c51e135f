using Errand.Node;

namespace Errand.Cli.Tests;

/// <summary>A development network that was made with other numbers of nodes than the usual, and one whose host was killed.</summary>
public sealed class DevnetSizeTests : IDisposable
{
    private readonly CliFolder _cli = new();

    private DevelopmentFolder Folder => new(_cli.In(".errand/devnet"));

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Numbers_that_nobody_names_are_those_that_the_network_was_made_with()
    {
        DevnetSettings fresh = DevnetSettings.Of(Folder, null, null, 0, null, null);
        Assert.Equal((7, 3), (fresh.Verifiers, fresh.Executors));
        Make(verifiers: 4, executors: 2);
        DevnetSettings made = DevnetSettings.Of(Folder, null, null, 0, null, null);
        Assert.Equal((4, 2), (made.Verifiers, made.Executors));
        DevnetSettings named = DevnetSettings.Of(Folder, 5, null, 0, null, null);
        Assert.Equal((5, 2), (named.Verifiers, named.Executors));
    }

    [Fact]
    public void Numbers_that_are_not_the_networks_are_refused_with_the_right_ones()
    {
        Make(verifiers: 4, executors: 2);
        CliResult refused = _cli.Run("devnet", "up", "--verifiers", "5");
        Assert.NotEqual(0, refused.Exit);
        Assert.Contains("[devnet/size]", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--verifiers 4 --executors 2", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_host_does_not_run_though_its_file_and_its_number_are_there()
    {
        Make(verifiers: 4, executors: 2);
        // The number is that of a living process of the same name: this one.
        new HostFile("http://127.0.0.1:1", 1, Environment.ProcessId, Ready: true).Write(Folder);
        CliResult status = _cli.Run("devnet", "status");
        Assert.Equal(4, status.Exit);
        Assert.Contains("not running", status.Output, StringComparison.Ordinal);
        Assert.Contains("not running", _cli.Run("devnet", "down").Output, StringComparison.Ordinal);
    }

    private void Make(int verifiers, int executors)
    {
        for (int i = 1; i <= verifiers; i++) Directory.CreateDirectory(Folder.Node($"verifier-{i}"));
        for (int i = 1; i <= executors; i++) Directory.CreateDirectory(Folder.Node($"executor-{i}"));
        File.WriteAllBytes(Folder.Genesis, []);
    }
}
