using System.Collections.Concurrent;
using System.Security.Cryptography;
using Errand.Client;
using Errand.Ledger;
using Errand.Ledger.Tests;

namespace Errand.Node.Tests;

public sealed class ServedChaosTests
{
    private const int Appends = 400, Producers = 8;

    [Fact]
    public async Task Over_a_wire_that_breaks_and_a_ledger_that_restarts_every_append_is_final_exactly_once()
    {
        int seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using ServedNetwork network = await ServedNetwork.StartAsync(4);
        network.Farm.Modes[seed % 4] = WitnessMode.Down;
        await using var wire = new FaultyWire(new Uri(network.Host.Address), seed);
        var said = new ConcurrentDictionary<int, LedgerPosition>();
        Task restarting = RestartAsync();
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(p => Task.Run(async () =>
        {
            using ServedLedger ledger = network.Connect(wire.Address);
            long before = -1;
            for (int i = p; i < Appends; i += Producers)
            {
                LedgerPosition at = await ledger.AppendAsync(LedgerContract.Numbered(i), stop);
                Assert.True(at.Position > before, "An append that began after another had ended came before it.");
                before = at.Position;
                Assert.True(said.TryAdd(i, at));
            }
        }, stop)));
        await restarting;

        using ServedLedger reader = network.Connect();
        List<LedgerEntry> followed = await LedgerContract.TakeAsync(reader, 0, Appends);
        Assert.Equal(Appends, await reader.CountAsync(stop));
        Assert.Equal(Enumerable.Range(0, Appends), followed.Select(LedgerContract.NumberOf).Order());
        foreach (LedgerEntry entry in followed) Assert.Equal(said[LedgerContract.NumberOf(entry)], new LedgerPosition(entry.Position, entry.TimeMilliseconds));
        Assert.True(wire.Cuts > Appends / 20, $"The wire was cut {wire.Cuts} times only.");
        Assert.Empty(network.Found);

        async Task RestartAsync()
        {
            for (int restarts = 0; restarts < 4; restarts++)
            {
                while (said.Count < (restarts + 1) * Appends / 6) await Task.Delay(20, stop);
                await network.StopAsync();
                await network.ServeAsync();
            }
        }
    }
}
