using System.Text.Json.Nodes;

namespace Errand.Ledger.Tests;

/// <summary>What a reader takes as final, and what it does when the chain goes back on it.</summary>
public sealed class EvmFinalityTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task T_44_an_entry_in_a_block_that_is_replaced_is_never_seen()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(3));
        EvmLedger watching = await rig.OpenAsync(rig.Options("watching")), writer = await rig.OpenAsync(rig.Options("writer", await rig.SignerAsync()));
        Task<LedgerPosition> first = writer.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask();
        await UntilAsync(async () => (await rig.Anvil.CallAsync("eth_getLogs", Filter(rig))).GetArrayLength() == 1);
        await rig.Anvil.MineAsync(2);
        await Task.Delay(TimeSpan.FromMilliseconds(300), Stop);
        // In a block, and not final: nobody has been told anything.
        Assert.False(first.IsCompleted);
        Assert.Equal(0, await watching.CountAsync(Stop));

        // The block is replaced by one without it; its writer sends it again.
        await rig.Anvil.CallAsync("anvil_reorg", 3, Array.Empty<object?>());
        Assert.Equal(0, (await rig.Anvil.CallAsync("eth_getLogs", Filter(rig))).GetArrayLength());
        await UntilAsync(async () => (await rig.Anvil.CallAsync("eth_getLogs", Filter(rig))).GetArrayLength() == 1);
        await rig.Anvil.MineAsync(3);
        LedgerPosition at = await first.WaitAsync(Patience, Stop);
        EvmLedger fresh = await rig.OpenAsync(rig.Options("fresh"));
        await UntilAsync(async () => await watching.CountAsync(Stop) == 1);
        List<LedgerEntry> seen = await LedgerContract.ReadAllAsync(watching);
        LedgerContract.AssertSame(await LedgerContract.ReadAllAsync(fresh), seen);
        Assert.Equal(at, new LedgerPosition(Assert.Single(seen).Position, seen[0].TimeMilliseconds));
    }

    [Fact]
    public async Task A_chain_that_breaks_its_finality_stops_the_reader()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(1));
        EvmLedger writer = await rig.OpenAsync(rig.Options("writer", await rig.SignerAsync()));
        EvmLedger reader = await rig.OpenAsync(rig.Options("reader"));
        Task<LedgerPosition> append = writer.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask();
        await UntilAsync(async () => (await rig.Anvil.CallAsync("eth_getLogs", Filter(rig))).GetArrayLength() == 1);
        await rig.Anvil.MineAsync(2);
        await append.WaitAsync(Patience, Stop);
        await UntilAsync(async () => await reader.CountAsync(Stop) == 1);
        await writer.DisposeAsync();

        Task<LedgerException> waiting = Assert.ThrowsAsync<LedgerException>(async () => await LedgerContract.TakeAsync(reader, 1, 1));
        await rig.Anvil.CallAsync("anvil_reorg", 3, Array.Empty<object?>());
        await rig.Anvil.MineAsync(2);
        Assert.Equal(LedgerFault.Forked, (await waiting.WaitAsync(Patience, Stop)).Fault);
        Assert.Contains("finality", reader.Problem, StringComparison.Ordinal);
        await reader.DisposeAsync();
        // Nor does a restart forget it.
        Assert.Equal(LedgerFault.Forked, (await Assert.ThrowsAsync<LedgerException>(() => rig.OpenAsync(rig.Options("reader")))).Fault);
    }

    [Fact]
    public async Task T_76_two_entries_of_one_block_lie_in_the_order_of_their_logs()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint swapping = await rig.EndpointAsync();
        await rig.Anvil.CallAsync("evm_setAutomine", false);
        EvmLedger one = await rig.OpenAsync(rig.Options("one", await rig.SignerAsync())), two = await rig.OpenAsync(rig.Options("two", await rig.SignerAsync()));
        Task<LedgerPosition> first = one.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask(), second = two.AppendAsync(LedgerContract.Numbered(2), Stop).AsTask();
        await UntilAsync(async () => (await rig.Anvil.CallAsync("txpool_status")).GetProperty("pending").GetString() == "0x2");
        await rig.Anvil.MineAsync(1);
        LedgerPosition[] at = await Task.WhenAll(first, second).WaitAsync(Patience, Stop);
        Assert.Equal(at[0].TimeMilliseconds, at[1].TimeMilliseconds);
        Assert.Equal([0, 1], at.Select(position => position.Position).Order());
        List<LedgerEntry> read = await LedgerContract.ReadAllAsync(one);
        LedgerContract.AssertSame(read, await LedgerContract.ReadAllAsync(two));
        Assert.Equal(at[0].Position == 0 ? [1, 2] : [2, 1], read.Select(LedgerContract.NumberOf));

        // The order comes from the chain: with its log indexes swapped an answer is taken by nobody, in whatever order it lists them.
        swapping.Answer = async (method, _, ask) =>
        {
            JsonObject answer = await ask();
            if (method != "eth_getLogs" || answer["result"]!.AsArray() is not [JsonObject a, JsonObject b]) return answer;
            (string? left, string? right) = ((string?)a["logIndex"], (string?)b["logIndex"]);
            (a["logIndex"], b["logIndex"]) = (right, left);
            return answer;
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var warned = new TaskCompletionSource<string>();
        Task<EvmLedger> opening = EvmLedger.OpenAsync(rig.Options("swapped", null, swapping.Address) with { Warn = sentence => warned.TrySetResult(sentence) }, TimeProvider.System, limit.Token);
        Assert.Contains("what it gives does not follow", await warned.Task.WaitAsync(Patience, Stop), StringComparison.Ordinal);
        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public async Task Items_that_no_entry_can_be_take_no_position()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        EvmLedger writer = await rig.OpenAsync(rig.Options("writer", await rig.SignerAsync()));
        await writer.AppendAsync(LedgerContract.Numbered(1), Stop);
        using EvmKey stranger = await rig.Anvil.AccountAsync();
        // Past the client, which would refuse them.
        foreach ((byte[] item, int nonce) in ((byte[], int)[])[([], 0), (new byte[LedgerLimits.EntrySizeBytesMax + 1], 1), ([7], 2)])
        {
            var transaction = new FeeTransaction(rig.Chain.ChainId, (ulong)nonce, 1, 10_000_000_000, 10_000_000, rig.Chain.Contract, LogContract.AppendCall([item]));
            await rig.Anvil.CallAsync("eth_sendRawTransaction", RpcHex.Of(transaction.Sign(stranger)));
        }
        LedgerPosition last = await writer.AppendAsync(LedgerContract.Numbered(2), Stop);
        Assert.Equal(2, last.Position);
        EvmLedger reader = await rig.OpenAsync(rig.Options("reader"));
        List<LedgerEntry> read = await LedgerContract.ReadAllAsync(reader);
        LedgerContract.AssertSame(await LedgerContract.ReadAllAsync(writer), read);
        Assert.Equal([7], read[1].Bytes.ToArray());
        await reader.DisposeAsync();
        // They hold their place in the chain of hashes, which an opening computes again.
        LedgerContract.AssertSame(read, await LedgerContract.ReadAllAsync(await rig.OpenAsync(rig.Options("reader"))));
    }

    private static Dictionary<string, object?> Filter(EvmRig rig) => new() { ["address"] = rig.Chain.Contract.ToString(), ["fromBlock"] = "0x0", ["toBlock"] = "latest" };

    internal static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        while (!await reached()) await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
    }
}
