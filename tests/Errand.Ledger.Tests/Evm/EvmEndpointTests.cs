using System.Text.Json.Nodes;

namespace Errand.Ledger.Tests;

/// <summary>Endpoints that fail, lag and lie, one at a time.</summary>
public sealed class EvmEndpointTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("suffix")]
    [InlineData("gap")]
    [InlineData("byte")]
    [InlineData("time")]
    [InlineData("twice")]
    [InlineData("nothing")]
    public async Task Logs_that_are_not_what_the_chain_holds_are_asked_of_another(string lie)
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        EvmLedger writer = await rig.OpenAsync(rig.Options("writer", await rig.SignerAsync()));
        for (int i = 0; i < 5; i++) await writer.AppendAsync(LedgerContract.Numbered(i), Stop);
        ScriptedEndpoint liar = await rig.EndpointAsync();
        int lies = 0;
        liar.Answer = async (method, _, ask) =>
        {
            JsonObject answer = await ask();
            if (method != "eth_getLogs") return answer;
            lies++;
            Spoil(answer["result"]!.AsArray(), lie);
            return answer;
        };
        var warnings = new List<string>();
        EvmLedger reader = await rig.OpenAsync(rig.Options("reader", null, liar.Address, rig.Anvil.Address, (await rig.EndpointAsync()).Address) with { Warn = sentence => { lock (warnings) warnings.Add(sentence); } });
        LedgerContract.AssertSame(await LedgerContract.ReadAllAsync(writer), await LedgerContract.ReadAllAsync(reader));
        Assert.True(lies > 0);
        Assert.NotEmpty(warnings);
    }

    [Theory]
    [InlineData("eth_call")]
    [InlineData("eth_getBlockByNumber")]
    [InlineData("eth_getTransactionCount")]
    [InlineData("eth_blockNumber")]
    [InlineData("eth_getCode")]
    public async Task One_liar_of_three_changes_nothing(string about)
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint liar = await rig.EndpointAsync();
        liar.Answer = async (method, _, ask) =>
        {
            JsonObject answer = await ask();
            if (method != about || answer["result"] is null) return answer;
            if (answer["result"] is JsonObject block) block["hash"] = "0x" + new string('6', 64);
            else answer["result"] = about is "eth_call" or "eth_getCode" ? "0x" + new string('6', 64) : "0x66666";
            return answer;
        };
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), liar.Address, rig.Anvil.Address, (await rig.EndpointAsync()).Address));
        for (int i = 0; i < 10; i++) Assert.Equal(i, (await ledger.AppendAsync(LedgerContract.Numbered(i), Stop).AsTask().WaitAsync(Patience, Stop)).Position);
        Assert.Equal(Enumerable.Range(0, 10), (await LedgerContract.ReadAllAsync(ledger)).Select(LedgerContract.NumberOf));
    }

    [Fact]
    public void Endpoint_that_is_named_twice_has_one_voice()
    {
        Uri one = new("http://127.0.0.1:1/a"), other = new("http://127.0.0.1:1/b");
        Assert.Throws<ArgumentOutOfRangeException>(() => new EvmEndpoints([one, one], 1, 2, TimeSpan.FromSeconds(1), TimeProvider.System));
        using var endpoints = new EvmEndpoints([one, other, new Uri(one.AbsoluteUri)], 1, 2, TimeSpan.FromSeconds(1), TimeProvider.System);
        Assert.Equal(2, endpoints.InOrder.Count);
    }

    [Fact]
    public async Task One_that_is_down_and_one_that_stalls_hold_up_only_a_quorum_that_needs_them()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint down = await rig.EndpointAsync(), stalled = await rig.EndpointAsync();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), down.Address, stalled.Address, rig.Anvil.Address) with { Agreement = 1, Timeout = TimeSpan.FromSeconds(2) });
        await ledger.AppendAsync(LedgerContract.Numbered(0), Stop);
        down.Answer = (_, _, _) => Task.FromResult<JsonObject?>(null);
        stalled.Answer = async (_, _, ask) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(20), Stop);
            return await ask();
        };
        for (int i = 1; i < 5; i++) Assert.Equal(i, (await ledger.AppendAsync(LedgerContract.Numbered(i), Stop).AsTask().WaitAsync(Patience, Stop)).Position);
    }

    [Fact]
    public async Task Without_agreement_nothing_is_taken_and_when_it_is_back_all_goes_on()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint one = await rig.EndpointAsync(), two = await rig.EndpointAsync();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), one.Address, two.Address));
        await ledger.AppendAsync(LedgerContract.Numbered(0), Stop);
        one.Answer = (_, _, _) => Task.FromResult<JsonObject?>(null);
        Task<LedgerPosition> append = ledger.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask();
        await EvmFinalityTests.UntilAsync(() => Task.FromResult(ledger.Problem is not null));
        Assert.False(append.IsCompleted);
        one.Answer = async (_, _, ask) => await ask();
        Assert.Equal(1, (await append.WaitAsync(Patience, Stop)).Position);
        await EvmFinalityTests.UntilAsync(() => Task.FromResult(ledger.Problem is null));
    }

    [Theory]
    [InlineData("eth_blockNumber", "0xffffffffffffffff")]
    [InlineData("eth_getTransactionCount", "0x8000000000000000")]
    [InlineData("eth_estimateGas", "0xffffffffffffffff")]
    [InlineData("eth_maxPriorityFeePerGas", "0xffffffffffffffff")]
    [InlineData("eth_estimateGas", "0x1fffffffffffff")]
    [InlineData("eth_maxPriorityFeePerGas", "0x1fffffffffffff")]
    public async Task Numbers_out_of_reason_stop_nothing_for_good(string about, string number)
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint wild = await rig.EndpointAsync();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), wild.Address) with { FeeMax = 50_000_000_000 });
        int asked = 0;
        // For a while, since a lone endpoint is needed for some of it.
        wild.Answer = async (method, call, ask) => method == about && Interlocked.Increment(ref asked) <= 3 ? ScriptedEndpoint.Result(call, number) : await ask();
        Assert.Equal(0, (await ledger.AppendAsync(LedgerContract.Numbered(0), Stop).AsTask().WaitAsync(Patience, Stop)).Position);
        Assert.Equal(1, (await ledger.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask().WaitAsync(Patience, Stop)).Position);
        Assert.True(asked > 0);
    }

    [Fact]
    public async Task Endpoints_that_give_few_blocks_at_once_are_asked_for_few()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        EvmLedger writer = await rig.OpenAsync(rig.Options("writer", await rig.SignerAsync()));
        for (int i = 0; i < 3; i++)
        {
            await writer.AppendAsync(LedgerContract.Numbered(i), Stop);
            await rig.Anvil.MineAsync(100);
        }
        ScriptedEndpoint narrow = await rig.EndpointAsync();
        narrow.Answer = async (method, call, ask) =>
        {
            if (method != "eth_getLogs") return await ask();
            JsonNode filter = call["params"]![0]!;
            long blocks = Convert.ToInt64((string)filter["toBlock"]!, 16) - Convert.ToInt64((string)filter["fromBlock"]!, 16) + 1;
            return blocks <= 10 ? await ask() : ScriptedEndpoint.Refusal(call, "at most 10 blocks");
        };
        LedgerContract.AssertSame(await LedgerContract.ReadAllAsync(writer), await LedgerContract.ReadAllAsync(await rig.OpenAsync(rig.Options("reader", null, narrow.Address))));
    }

    [Fact]
    public async Task Another_chain_another_contract_and_no_contract_are_named()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        await RefusedAsync(LedgerFault.WrongNetwork, "is on chain", rig.Options("a") with { Chain = rig.Chain with { ChainId = 1 } });
        using EvmKey nobody = EvmKey.Generate();
        await RefusedAsync(LedgerFault.NotALedger, "no contract", rig.Options("b") with { Chain = rig.Chain with { Contract = nobody.Address } });
        await rig.Anvil.CallAsync("anvil_setCode", nobody.Address.ToString(), "0x6001");
        await RefusedAsync(LedgerFault.NotALedger, "not the log", rig.Options("c") with { Chain = rig.Chain with { Contract = nobody.Address } });
        await rig.OpenAsync(rig.Options("d"));
        await RefusedAsync(LedgerFault.InUse, "is open in", rig.Options("d"));
        EvmLedger other = await rig.OpenAsync(rig.Options("e"));
        await other.DisposeAsync();
        await RefusedAsync(LedgerFault.WrongNetwork, "another log", rig.Options("e") with { Chain = rig.Chain with { Finality = new EvmFinality(1) } });
    }

    [Fact]
    public async Task An_endpoints_address_is_not_told_beyond_its_host()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint down = await rig.EndpointAsync();
        var warnings = new List<string>();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", null, new Uri(down.Address, "/?key=s3cret")) with { Warn = sentence => { lock (warnings) warnings.Add(sentence); } });
        down.Answer = (_, _, _) => Task.FromResult<JsonObject?>(null);
        await EvmFinalityTests.UntilAsync(() => Task.FromResult(ledger.Problem is not null));
        Assert.DoesNotContain("s3cret", ledger.Problem, StringComparison.Ordinal);
        lock (warnings) Assert.All(warnings, warning => Assert.DoesNotContain("s3cret", warning, StringComparison.Ordinal));
    }

    private static async Task RefusedAsync(LedgerFault fault, string words, EvmLedgerOptions options)
    {
        LedgerException refusal = await Assert.ThrowsAsync<LedgerException>(() => EvmLedger.OpenAsync(options, TimeProvider.System, Stop));
        Assert.Equal(fault, refusal.Fault);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private static void Spoil(JsonArray logs, string lie)
    {
        switch (lie)
        {
            case "suffix": logs.RemoveAt(logs.Count - 1); break;
            case "gap": logs.RemoveAt(2); break;
            case "byte": Change(logs[1]!, 2 + 2 * (32 * 3)); break;
            case "time": Change(logs[1]!, 2 + 63); break;
            case "twice": logs.Add(logs[^1]!.DeepClone()); break;
            case "nothing": logs.Clear(); break;
            default: throw new ArgumentOutOfRangeException(nameof(lie));
        }
    }

    private static void Change(JsonNode log, int digit)
    {
        string data = (string)log["data"]!;
        log["data"] = $"{data[..digit]}{(data[digit] == '0' ? '1' : '0')}{data[(digit + 1)..]}";
    }
}
