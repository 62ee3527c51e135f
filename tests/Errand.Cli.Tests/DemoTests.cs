using Errand.Platform;
using Errand.Tests;

namespace Errand.Cli.Tests;

/// <summary>What <c>./run</c> shows to a newcomer, from the first network to the last table.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_over_a_network_of_another_version_starts_anew_and_shows_the_whole_idea()
    {
        using var cli = new CliFolder();
        cli.Write(".errand/demo/genesis.cbor", "the genesis of a version that nobody knows any more");

        CliResult shown = await cli.RunAsync("demo", "--samples", Path.Combine(Vectors.Repository(), "samples"));

        Assert.True(shown.Exit == 0, shown.Output + shown.Error);
        Assert.Contains("the last demo's network is of another version: a new one is made", shown.Output, StringComparison.Ordinal);
        Assert.Contains(SwtpmTools.AreInstalled ? "TPMs       swtpm: a software TPM for each node" : "TPMs       in this process", shown.Output, StringComparison.Ordinal);
        Assert.Contains("DEVELOPMENT NETWORK", shown.Output, StringComparison.Ordinal);
        Assert.Contains("completed; the enclave is destroyed", shown.Output, StringComparison.Ordinal);
        Assert.Contains("\"accuracy\": 0.98", shown.Output, StringComparison.Ordinal);
        Assert.Contains("audit/level-3", shown.Output, StringComparison.Ordinal);
        Assert.Matches(@"62 lines of attempts, 0 of them granted", shown.Output);
        Assert.Matches(@"data, sealed or clear +0 ", shown.Output);
    }

    [Theory]
    [InlineData("served")]
    [InlineData("evm")]
    public async Task Demo_shows_the_whole_idea_over_another_ledger(string ledger)
    {
        using var cli = new CliFolder();
        CliResult shown = await cli.RunAsync("demo", "--samples", Path.Combine(Vectors.Repository(), "samples"), "--ledger", ledger, "--tpm", "process");
        Assert.SkipWhen(shown.Error.Contains("[devnet/chain]", StringComparison.Ordinal), shown.Error);
        Assert.True(shown.Exit == 0, shown.Output + shown.Error);
        Assert.Contains("completed; the enclave is destroyed", shown.Output, StringComparison.Ordinal);
        Assert.Contains("\"accuracy\": 0.98", shown.Output, StringComparison.Ordinal);
        Assert.Contains("audit/level-3", shown.Output, StringComparison.Ordinal);
        Assert.Matches(@"data, sealed or clear +0 ", shown.Output);
    }
}
