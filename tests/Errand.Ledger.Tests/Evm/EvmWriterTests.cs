using System.Text.Json.Nodes;

namespace Errand.Ledger.Tests;

/// <summary>An append lies on the chain once, whatever happens to the transactions that carry it.</summary>
public sealed class EvmWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_an_account_a_ledger_is_read_only()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        EvmLedger reader = await rig.OpenAsync(rig.Options("reader"));
        Assert.Equal(LedgerFault.NotAdmitted, (await Assert.ThrowsAsync<LedgerException>(async () => await reader.AppendAsync(LedgerContract.Numbered(1), Stop))).Fault);
    }

    [Fact]
    public async Task What_endpoints_lose_is_sent_again_in_order()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint losing = await rig.EndpointAsync();
        int sent = 0;
        losing.Answer = async (method, call, ask) => method == "eth_sendRawTransaction" && Interlocked.Increment(ref sent) % 3 != 0
            ? ScriptedEndpoint.Result(call, "0x" + new string('1', 64))
            : await ask();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), losing.Address) with { BatchGasMax = 1 });
        LedgerPosition[] at = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ledger.AppendAsync(LedgerContract.Numbered(i), Stop).AsTask())).WaitAsync(Patience, Stop);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (long)i), at.Select(position => position.Position));
        Assert.Equal(Enumerable.Range(0, 8), (await LedgerContract.ReadAllAsync(ledger)).Select(LedgerContract.NumberOf));
        Assert.True(sent > 8);
    }

    [Fact]
    public async Task A_nonce_that_another_program_took_costs_its_entries_another_nonce()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(2));
        using EvmKey key = await rig.Anvil.AccountAsync();
        ScriptedEndpoint keeping = await rig.EndpointAsync();
        bool keep = true;
        keeping.Answer = async (method, call, ask) => method == "eth_sendRawTransaction" && keep
            ? ScriptedEndpoint.Result(call, "0x" + new string('1', 64))
            : await ask();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", new EvmKeySigner(key), keeping.Address));
        Task<LedgerPosition> append = ledger.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask();
        await Task.Delay(TimeSpan.FromMilliseconds(300), Stop);
        var foreign = new FeeTransaction(rig.Chain.ChainId, 0, 1, 10_000_000_000, 100_000, key.Address, default);
        await rig.Anvil.CallAsync("eth_sendRawTransaction", RpcHex.Of(foreign.Sign(key)));
        keep = false;
        await EvmFinalityTests.UntilAsync(async () =>
        {
            await rig.Anvil.MineAsync(1);
            return append.IsCompleted;
        });
        Assert.Equal(0, (await append).Position);
        Assert.Equal(1, await ledger.CountAsync(Stop));
        // One for the stranger, one for the entry: the first attempt's nonce is the stranger's.
        Assert.Equal("0x2", (await rig.Anvil.CallAsync("eth_getTransactionCount", key.Address.ToString(), "latest")).GetString());
    }

    [Fact]
    public async Task A_transaction_that_runs_out_of_gas_is_made_again()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        await rig.Anvil.CallAsync("evm_setAutomine", false);
        ScriptedEndpoint endpoint = await rig.EndpointAsync();
        var warnings = new List<string>();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), endpoint.Address) with { Warn = sentence => { lock (warnings) warnings.Add(sentence); } });
        // For the first block the contract is one that refuses everything.
        await rig.Anvil.CallAsync("anvil_setCode", rig.Chain.Contract.ToString(), "0x60006000fd");
        Task<LedgerPosition> append = ledger.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask();
        await EvmFinalityTests.UntilAsync(async () => (await rig.Anvil.CallAsync("txpool_status")).GetProperty("pending").GetString() == "0x1");
        await rig.Anvil.MineAsync(1);
        await rig.Anvil.CallAsync("anvil_setCode", rig.Chain.Contract.ToString(), RpcHex.Of(LogContract.RuntimeCode.Span));
        await EvmFinalityTests.UntilAsync(async () =>
        {
            await rig.Anvil.MineAsync(1);
            return append.IsCompleted;
        });
        Assert.Equal(0, (await append).Position);
        Assert.Equal(1, await ledger.CountAsync(Stop));
        lock (warnings) Assert.Contains(warnings, warning => warning.Contains("final without", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fees_rise_when_no_block_takes_a_transaction_and_stop_at_the_limit()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        await rig.Anvil.CallAsync("evm_setAutomine", false);
        ScriptedEndpoint endpoint = await rig.EndpointAsync();
        var sent = new List<string>();
        endpoint.Answer = async (method, call, ask) =>
        {
            if (method == "eth_sendRawTransaction")
                lock (sent) sent.Add((string)call["params"]![0]!);
            return await ask();
        };
        const ulong limit = 4_000_000_000;
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), endpoint.Address) with { Resend = TimeSpan.FromMilliseconds(20), Bump = TimeSpan.FromMilliseconds(60), FeeMax = limit });
        Task<LedgerPosition> append = ledger.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask();
        await EvmFinalityTests.UntilAsync(() => { lock (sent) return Task.FromResult(sent.Distinct().Count() == 3 && sent.Count > 40); });
        // 3 gwei at first, two raises of an eighth; a third would be beyond the limit: the same bytes go out again and again.
        lock (sent) Assert.Equal(3, sent.Distinct().Count());
        await rig.Anvil.MineAsync(1);
        Assert.Equal(0, (await append.WaitAsync(Patience, Stop)).Position);
        await rig.Anvil.MineAsync(3);
        Assert.Equal(1, await ledger.CountAsync(Stop));
    }

    [Theory]
    [InlineData(1UL, 1UL, 0UL, 1UL, 100UL, 2UL, 3UL)]
    [InlineData(80UL, 80UL, 0UL, 0UL, 100UL, 91UL, 91UL)]
    [InlineData(10UL, 20UL, 30UL, 70UL, 100UL, 30UL, 70UL)]
    public void A_raise_is_an_eighth_or_what_the_chain_asks_for(ulong priority, ulong max, ulong nowPriority, ulong nowMax, ulong cap, ulong raisedPriority, ulong raisedMax)
    {
        FeeOffer? raised = new FeeOffer(priority, max).Raised(new FeeOffer(nowPriority, nowMax), cap);
        Assert.True(raised is { } offer && offer.Priority >= raisedPriority && offer.Max >= raisedMax - 1 && offer.Max <= cap && offer.Priority <= offer.Max);
    }

    [Fact]
    public void No_raise_goes_beyond_the_limit()
    {
        Assert.Null(new FeeOffer(95, 95).Raised(new FeeOffer(200, 200), 100));
        Assert.Equal(new FeeOffer(50, 50), FeeOffer.Of(ulong.MaxValue, ulong.MaxValue, 50));
    }

    [Fact]
    public async Task An_append_that_is_cancelled_before_it_has_a_nonce_is_taken_back()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint endpoint = await rig.EndpointAsync();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), endpoint.Address));
        var blocked = new TaskCompletionSource();
        endpoint.Answer = async (method, _, ask) =>
        {
            if (method == "eth_estimateGas") await blocked.Task;
            return await ask();
        };
        using var cancel = new CancellationTokenSource();
        Task<LedgerPosition> given = ledger.AppendAsync(LedgerContract.Numbered(1), cancel.Token).AsTask(), kept = ledger.AppendAsync(LedgerContract.Numbered(2), Stop).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        blocked.SetResult();
        Assert.Equal(0, (await kept.WaitAsync(Patience, Stop)).Position);
        Assert.Equal([2], (await LedgerContract.ReadAllAsync(ledger)).Select(LedgerContract.NumberOf));
    }

    [Fact]
    public async Task Entries_of_every_size_fit_into_the_gas_that_is_given_them()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint endpoint = await rig.EndpointAsync();
        // The client's own bound has to be enough where no endpoint gives an estimate.
        endpoint.Answer = async (method, call, ask) => method == "eth_estimateGas" ? ScriptedEndpoint.Refusal(call, "no") : await ask();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), endpoint.Address));
        int[] sizes = [1, 31, 32, 33, 300, 1_024, 4_096, 16_384, LedgerLimits.EntrySizeBytesMax, LedgerLimits.EntrySizeBytesMax, LedgerLimits.EntrySizeBytesMax, .. Enumerable.Repeat(300, 150), .. Enumerable.Repeat(1, 300)];
        LedgerPosition[] at = await Task.WhenAll(sizes.Select((size, i) => ledger.AppendAsync(LedgerContract.Filled(size, (byte)(1 + i % 255)), Stop).AsTask())).WaitAsync(Patience, Stop);
        Assert.Equal(sizes.Length, at.Select(position => position.Position).Distinct().Count());
        Assert.Equal(sizes.Length, await ledger.CountAsync(Stop));
    }
}
