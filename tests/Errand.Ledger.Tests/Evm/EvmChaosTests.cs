using System.Globalization;
using System.Text.Json.Nodes;

namespace Errand.Ledger.Tests;

/// <summary>
/// Everything at once, by a seed: three endpoints of which each loses, repeats, delays, invents and leaves out, blocks that are replaced, and a writer that ends
/// between any two of its steps. Every entry lies on the chain once, and in order.
/// </summary>
/// <remarks>ERRAND_CHAOS_SEED repeats a run; ERRAND_CHAOS_APPENDS says how many entries (1,000 for the long run in docs/ledger.md).</remarks>
public sealed class EvmChaosTests
{
    private const int Finality = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_append_lies_on_the_chain_once_and_in_order()
    {
        int seed = Set("ERRAND_CHAOS_SEED") ?? Random.Shared.Next(1, int.MaxValue), appends = Set("ERRAND_CHAOS_APPENDS") ?? 120;
        TestContext.Current.TestOutputHelper?.WriteLine($"ERRAND_CHAOS_SEED={seed} ERRAND_CHAOS_APPENDS={appends}");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        await using EvmRig rig = await EvmRig.StartAsync(new EvmFinality(Finality), "--block-time", "0.1");
        ScriptedEndpoint[] endpoints = [await rig.EndpointAsync(), await rig.EndpointAsync(), await rig.EndpointAsync()];
        for (int i = 0; i < endpoints.Length; i++) endpoints[i].Answer = new Faults(seed + i).AnswerAsync;
        IEvmSigner signer = await rig.SignerAsync();
        EvmLedgerOptions options = rig.Options("writer", signer, [.. endpoints.Select(endpoint => endpoint.Address)]) with { Timeout = TimeSpan.FromSeconds(1), BatchGasMax = 400_000, PageBlocksMax = 16 };

        using var calm = new CancellationTokenSource();
        Task storms = ReorganiseAsync(rig, new Random(seed), calm.Token);
        int given = await WriteAsync(options, appends, new Random(seed + 100), limit.Token);
        await calm.CancelAsync();
        await storms;
        foreach (ScriptedEndpoint endpoint in endpoints) endpoint.Answer = async (_, _, ask) => await ask();

        // A reader that has met none of it, and asks the chain itself.
        EvmLedger reader = await rig.OpenAsync(rig.Options("reader")), writer = await rig.OpenAsync(options);
        while (await reader.CountAsync(limit.Token) < given) await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), limit.Token);
        List<LedgerEntry> read = await LedgerContract.ReadAllAsync(reader);
        Assert.Equal(Enumerable.Range(0, given), read.Select(LedgerContract.NumberOf));
        await EvmFinalityTests.UntilAsync(async () => await writer.CountAsync(Stop) == given);
        LedgerContract.AssertSame(read, await LedgerContract.ReadAllAsync(writer));
    }

    // Appends under one life of the writer after another. What was given to a life that ended is on the disk, and later lives send it.
    private static async Task<int> WriteAsync(EvmLedgerOptions options, int appends, Random random, CancellationToken stop)
    {
        int given = 0;
        while (true)
        {
            EvmLedger ledger;
            try
            {
                ledger = await EvmLedger.OpenAsync(options, TimeProvider.System, stop);
            }
            catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport)
            {
                continue;
            }
            await using (ledger)
            {
                bool last = given == appends;
                int more = Math.Min(appends - given, random.Next(1, 20));
                int first = given;
                Task<LedgerPosition>[] calls = [.. Enumerable.Range(first, more).Select(number => ledger.AppendAsync(LedgerContract.Numbered(number), stop).AsTask())];
                given += more;
                if (last)
                {
                    // One more, after everything that waits: when it is final, all before it is.
                    await ledger.AppendAsync(LedgerContract.Numbered(given), stop);
                    return given + 1;
                }
                await Task.WhenAny(Task.Delay(random.Next(2_500), stop), Task.WhenAll(calls));
                stop.ThrowIfCancellationRequested();
                // Ends in the middle of whatever it does.
                await ledger.DisposeAsync();
                for (int i = 0; i < calls.Length; i++)
                {
                    try
                    {
                        LedgerPosition at = await calls[i];
                        // Position and number are the same, or the order is wrong.
                        Assert.Equal(first + i, at.Position);
                    }
                    catch (ObjectDisposedException)
                    {
                        // Not acknowledged.
                    }
                }
            }
        }
    }

    // Never deeper than what is final.
    private static async Task ReorganiseAsync(EvmRig rig, Random random, CancellationToken calm)
    {
        try
        {
            while (true)
            {
                await Task.Delay(random.Next(200, 1_500), calm);
                await rig.Anvil.CallAsync("anvil_reorg", random.Next(1, Finality), Array.Empty<object?>());
            }
        }
        catch (OperationCanceledException) when (calm.IsCancellationRequested)
        {
        }
    }

    private static int? Set(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

    // What one endpoint does wrong.
    private sealed class Faults(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Lock _gate = new();
        private JsonObject? _stale;

        internal async Task<JsonObject?> AnswerAsync(string method, JsonObject call, Func<Task<JsonObject>> ask)
        {
            switch (Next(100))
            {
                case < 5: return null; // Lost on the way there.
                case < 10: await ask(); return null; // Lost on the way back.
                case < 12: await Task.Delay(Next(1_500)); break;
                case < 14: return ScriptedEndpoint.Refusal(call, "header not found");
            }
            if (method == "eth_sendRawTransaction" && Next(100) < 30) return ScriptedEndpoint.Result(call, "0x" + new string('1', 64)); // Taken, and forgotten.
            if (method == "eth_sendRawTransaction" && Next(100) < 20) await ask();
            JsonObject answer = await ask();
            if (method == "eth_blockNumber") return Stale(call, answer);
            if (method == "eth_getLogs" && Next(100) < 25 && answer["result"] is JsonArray { Count: > 0 } logs) logs.RemoveAt(Next(logs.Count));
            return answer;
        }

        // What it said some time ago, as a machine that lags.
        private JsonObject Stale(JsonObject call, JsonObject answer)
        {
            lock (_gate)
            {
                if (_stale is null || Next(100) < 60) _stale = answer;
                JsonObject given = _stale.DeepClone().AsObject();
                given["id"] = call["id"]!.DeepClone();
                return given;
            }
        }

        private int Next(int max)
        {
            lock (_gate) return _random.Next(max);
        }
    }
}
