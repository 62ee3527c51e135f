using Errand.Client;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

[Collection(NetworkSuite.Name)]
public sealed class EvmTaskTests
{
    [Fact]
    public async Task A_whole_task_runs_over_a_contract_on_an_EVM_chain()
    {
        await using RunningNetwork network = await StartAsync();
        Assert.NotNull(network.State.Genesis.Chain);
        AssetId app = await network.PublishAsync("lab", AssetKind.App, Samples.LogisticRegression, "", Samples.Policy("app"));
        AssetId data = await network.PublishAsync("hospital", AssetKind.Data, Samples.BreastCancer, "hospital-campus", Samples.Policy("data"));
        TaskId task = await network.SubmitAsync(app, data, "table.csv");
        await network.EndedAsync(task);
        Assert.Equal((TaskOutcome.Completed, TaskReason.None), (network.State.Tasks[task].Outcome, network.State.Tasks[task].Reason));
        Assert.Equal("model.json", Assert.Single(network.OpenResult(task).Files).Name);

        // Whoever asks the chain itself, and nobody of the network, folds the same state.
        using var folder = new TemporaryFolder();
        await using EvmLedger chain = await EvmLedger.OpenAsync(
            new EvmLedgerOptions { Chain = network.State.Genesis.EvmChain()!, Endpoints = [network.Network.ChainAddress!], Path = Path.Combine(folder.Path, "chain.db") },
            TimeProvider.System, TestContext.Current.CancellationToken);
        var alone = new NetworkState(network.State.Genesis);
        while (alone.NextPosition < network.State.NextPosition)
            foreach (LedgerEntry entry in await chain.ReadAsync(alone.NextPosition, (int)Math.Min(100, network.State.NextPosition - alone.NextPosition), TestContext.Current.CancellationToken))
                alone.Apply(entry.TimeMilliseconds, entry.Bytes.Span);
        Assert.Equal(network.State.Root(), alone.Root());
    }

    private static async Task<RunningNetwork> StartAsync()
    {
        try
        {
            return await RunningNetwork.StartAsync(change: options => options with { Ledger = DevelopmentLedgerKind.Evm });
        }
        catch (DevelopmentNetworkException missing) when (missing.Code == "devnet/chain")
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
