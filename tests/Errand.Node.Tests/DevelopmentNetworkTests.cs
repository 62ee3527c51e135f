using Errand.Client;
using Errand.Ledger;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node.Tests;

public sealed class DevelopmentNetworkTests
{
    [Fact]
    public async Task Every_node_qualifies_by_its_proof_of_trust()
    {
        using var folder = new TemporaryFolder();
        using var passphrase = new Passphrase("correct horse battery");
        using var loggers = LoggerFactory.Create(builder => builder.AddSimpleConsole().SetMinimumLevel(LogLevel.Information));
        await using DevelopmentNetwork network = await DevelopmentNetwork.StartAsync(new DevelopmentNetworkOptions { Folder = folder.Path, Passphrase = passphrase }, loggers, TimeProvider.System);

        var ledger = new HttpLedger(new Uri(network.Address), TimeProvider.System);
        var state = new NetworkState(network.Genesis);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (LedgerEntry entry in ledger.FollowAsync(0, limit.Token))
        {
            ApplyResult result = state.Apply(entry.TimeMilliseconds, entry.Bytes.Span);
            TestContext.Current.TestOutputHelper?.WriteLine($"{entry.Position} {entry.TimeMilliseconds - network.Genesis.StartMilliseconds} {result.Entry.Body?.Kind} {result.Refusal}");
            if (state.Nodes.Count == 10 && state.Nodes.Values.All(node => node.Proven)) break;
        }
        Assert.Equal(10, state.Nodes.Values.Count(node => node.Proven));
    }
}
