using System.Text.Json.Nodes;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

/// <summary>Endpoints that harm on purpose, and what a writer's caller is promised all the same.</summary>
public sealed class EvmHostileTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_append_that_is_final_is_told_whatever_fails_after_it()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint failing = await rig.EndpointAsync();
        int sent = 0;
        bool fail = true;
        failing.Answer = async (method, call, ask) =>
        {
            if (method == "eth_sendRawTransaction") sent++;
            // What the next transaction needs to know.
            return fail && sent > 0 && method == "eth_getBlockByNumber" && (string)call["params"]![0]! == "latest" ? ScriptedEndpoint.Refusal(call, "not now") : await ask();
        };
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), failing.Address) with { BatchGasMax = 1, InFlightMax = 1 });
        Task<LedgerPosition> first = ledger.AppendAsync(LedgerContract.Numbered(0), Stop).AsTask(), second = ledger.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask();
        Assert.Equal(0, (await first.WaitAsync(Patience, Stop)).Position);
        Assert.False(second.IsCompleted);
        fail = false;
        Assert.Equal(1, (await second.WaitAsync(Patience, Stop)).Position);
    }

    [Fact]
    public async Task One_that_keeps_every_transaction_to_itself_holds_nobody_up()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint keeper = await rig.EndpointAsync();
        int kept = 0;
        keeper.Answer = async (method, call, ask) =>
        {
            if (method != "eth_sendRawTransaction") return await ask();
            Interlocked.Increment(ref kept);
            return ScriptedEndpoint.Result(call, "0x" + new string('1', 64));
        };
        // It is the first that is asked, and it always answers.
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), keeper.Address, rig.Anvil.Address, (await rig.EndpointAsync()).Address) with { Resend = TimeSpan.FromSeconds(50), Bump = TimeSpan.FromHours(1) });
        for (int i = 0; i < 5; i++) Assert.Equal(i, (await ledger.AppendAsync(LedgerContract.Numbered(i), Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(45), Stop)).Position);
        Assert.True(kept > 0);
    }

    [Fact]
    public async Task Transactions_stay_below_what_pools_take()
    {
        const int PoolSizeMax = 131_072;
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint pool = await rig.EndpointAsync();
        int largest = 0;
        pool.Answer = async (method, call, ask) =>
        {
            if (method == "eth_sendRawTransaction")
            {
                int size = ((string)call["params"]![0]!).Length / 2 - 1;
                largest = Math.Max(largest, size);
                if (size > PoolSizeMax) return ScriptedEndpoint.Refusal(call, "oversized data");
            }
            return await ask();
        };
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), pool.Address) with { InFlightMax = 1 });
        byte[][] entries = [.. Enumerable.Range(0, 4).Select(i => Filled(i, LedgerLimits.EntrySizeBytesMax)), .. Enumerable.Range(4, 150).Select(i => Filled(i, 896))];
        LedgerPosition[] at = await Task.WhenAll(entries.Select(entry => ledger.AppendAsync(entry, Stop).AsTask())).WaitAsync(Patience, Stop);
        Assert.Equal(entries.Length, at.Select(position => position.Position).Distinct().Count());
        Assert.InRange(largest, LedgerLimits.EntrySizeBytesMax, PoolSizeMax);
    }

    [Fact]
    public async Task Entries_that_an_endpoint_makes_up_fill_no_disk()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        EvmLedger writer = await rig.OpenAsync(rig.Options("writer", await rig.SignerAsync()));
        for (int i = 0; i < 3; i++) await writer.AppendAsync(LedgerContract.Numbered(i), Stop);
        ScriptedEndpoint inventor = await rig.EndpointAsync();
        int invented = 0;
        inventor.Answer = async (method, _, ask) =>
        {
            JsonObject answer = await ask();
            if (method != "eth_getLogs" || answer["result"]!.AsArray() is not { Count: > 0 } logs) return answer;
            // They follow by their hashes on what is there.
            JsonObject last = logs[^1]!.AsObject();
            for (int i = 0; i < 200; i++) logs.Add(last = Next(last, Filled(i, 60_000)));
            invented++;
            return answer;
        };
        EvmLedger reader = await rig.OpenAsync(rig.Options("reader", null, inventor.Address, rig.Anvil.Address, (await rig.EndpointAsync()).Address));
        LedgerContract.AssertSame(await LedgerContract.ReadAllAsync(writer), await LedgerContract.ReadAllAsync(reader));
        Assert.True(invented > 0);
        long size = new DirectoryInfo(Path.GetDirectoryName(rig.File("reader"))!).GetFiles("reader.db*").Sum(file => file.Length);
        Assert.InRange(size, 1, 2_000_000);
    }

    [Fact]
    public async Task Another_account_waits_until_nothing_is_under_way()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint keeper = await rig.EndpointAsync();
        int kept = 0;
        keeper.Answer = async (method, call, ask) =>
        {
            if (method != "eth_sendRawTransaction") return await ask();
            Interlocked.Increment(ref kept);
            return ScriptedEndpoint.Refusal(call, "not now");
        };
        IEvmSigner one = await rig.SignerAsync();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", one, keeper.Address));
        Task<LedgerPosition> append = ledger.AppendAsync(LedgerContract.Numbered(0), Stop).AsTask();
        await EvmFinalityTests.UntilAsync(() => Task.FromResult(Volatile.Read(ref kept) > 0));
        await ledger.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => append);
        using EvmKey another = EvmKey.Generate();
        LedgerException refused = await Assert.ThrowsAsync<LedgerException>(() => EvmLedger.OpenAsync(rig.Options("ledger", new EvmKeySigner(another)), TimeProvider.System, Stop));
        Assert.Equal(LedgerFault.NotAdmitted, refused.Fault);
        Assert.Contains(one.Address.ToString(), refused.Message, StringComparison.Ordinal);
        EvmLedger again = await rig.OpenAsync(rig.Options("ledger", one));
        await EvmFinalityTests.UntilAsync(async () => await again.CountAsync(Stop) == 1);
    }

    [Fact]
    public async Task A_count_of_transactions_that_was_too_high_leaves_no_gap()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint slipping = await rig.EndpointAsync();
        int asked = 0;
        slipping.Answer = async (method, call, ask) => method == "eth_getTransactionCount" && Interlocked.Increment(ref asked) == 1 ? ScriptedEndpoint.Result(call, "0x5") : await ask();
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync(), slipping.Address));
        Assert.Equal(0, (await ledger.AppendAsync(LedgerContract.Numbered(0), Stop).AsTask().WaitAsync(Patience, Stop)).Position);
        Assert.Equal(1, (await ledger.AppendAsync(LedgerContract.Numbered(1), Stop).AsTask().WaitAsync(Patience, Stop)).Position);
        Assert.Equal(2, await ledger.CountAsync(Stop));
    }

    [Fact]
    public async Task A_chain_that_was_begun_again_is_named()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        EvmLedger ledger = await rig.OpenAsync(rig.Options("ledger", await rig.SignerAsync()));
        await ledger.AppendAsync(LedgerContract.Numbered(0), Stop);
        ScriptedEndpoint back = await rig.EndpointAsync();
        back.Answer = async (method, call, ask) => method == "eth_blockNumber" ? ScriptedEndpoint.Result(call, "0x0") : await ask();
        await ledger.DisposeAsync();
        EvmLedger again = await rig.OpenAsync(rig.Options("ledger", null, back.Address));
        await EvmFinalityTests.UntilAsync(() => Task.FromResult(again.Problem?.Contains("begun again", StringComparison.Ordinal) == true));
        Assert.Equal(1, await again.CountAsync(Stop));
    }

    [Fact]
    public async Task Keys_in_an_address_are_not_told_by_what_the_endpoint_says()
    {
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(0));
        ScriptedEndpoint telling = await rig.EndpointAsync();
        telling.Answer = (_, call, _) => Task.FromResult<JsonObject?>(ScriptedEndpoint.Refusal(call, "no credit for project 0123456789abcdef"));
        using var rpc = new JsonRpc(new Uri(telling.Address, "/?key=0123456789abcdef"), Patience, TimeProvider.System);
        RpcRefusal refusal = await Assert.ThrowsAsync<RpcRefusal>(async () => await rpc.CallAsync("eth_chainId", [], Stop));
        Assert.Contains("no credit", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", refusal.Message, StringComparison.Ordinal);
    }

    private static byte[] Filled(int number, int size)
    {
        var entry = new byte[size];
        Array.Fill(entry, (byte)(number & 0x7F | 0x80));
        BitConverter.TryWriteBytes(entry, number);
        return entry;
    }

    private static JsonObject Next(JsonObject last, byte[] entry)
    {
        Assert.True(Bytes32.TryRead(Convert.FromHexString(((string)last["topics"]![1]!)[2..]), out Bytes32 tip));
        byte[] sender = Convert.FromHexString(((string)last["topics"]![2]!)[2..]);
        byte[] data = Convert.FromHexString(((string)last["data"]!)[2..]);
        Assert.True(LogContract.TryReadData(data, out ulong time, out _));
        Bytes32 id = Keccak.Hash(entry);
        var next = (JsonObject)last.DeepClone();
        next["logIndex"] = "0x" + (Convert.ToInt64(((string)last["logIndex"]!)[2..], 16) + 1).ToString("x", null);
        next["topics"]![1] = "0x" + new LogTip(tip).Next(new EvmAddress(sender.AsSpan(12)), id, time).Value;
        next["topics"]![3] = "0x" + id;
        var head = new byte[96];
        data.AsSpan(0, 64).CopyTo(head);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(92), entry.Length);
        next["data"] = "0x" + Convert.ToHexStringLower([.. head, .. entry, .. new byte[(32 - entry.Length % 32) % 32]]);
        return next;
    }
}
