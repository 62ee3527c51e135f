using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Errand.Ledger;
using Errand.Simulation;

namespace Errand.Benchmarks;

/// <summary>What a ledger on an EVM chain costs, on a chain that <c>benchmarks/evm.sh</c> has started.</summary>
internal sealed class EvmRunner : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-evm-");
    private readonly EvmKey _key = EvmKey.Generate();
    private readonly Uri _rpc;

    private EvmRunner(Uri rpc) => _rpc = rpc;

    public static async Task<int> RunAsync(string part, Uri rpc)
    {
        using var runner = new EvmRunner(rpc);
        await runner.WaitAsync();
        await runner.CallAsync("anvil_setBalance", runner._key.Address.ToString(), "0xd3c21bcecceda1000000");
        switch (part)
        {
            case "gas": await runner.GasAsync(); return 0;
            case "rate": await runner.RateAsync(); return 0;
            case "latency": await runner.LatencyAsync(); return 0;
            case "task": await runner.TaskAsync(); return 0;
            default: return 2;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task GasAsync()
    {
        EvmChain chain = await DeployAsync(new EvmFinality(0));
        Say($"gas to deploy: {await GasOfNewestAsync():N0}");
        await using EvmLedger ledger = await OpenAsync(chain, "gas");
        await ledger.AppendAsync(Random(300));
        foreach (int size in (int[])[300, 1_024, 4_096, 16_384, LedgerLimits.EntrySizeBytesMax])
        {
            await ledger.AppendAsync(Random(size));
            Say($"gas for an entry of {size:N0} bytes: {await GasOfNewestAsync():N0}");
        }
        foreach ((int count, int size) in ((int, int)[])[(100, 300), (20, 1_024)])
        {
            long before = await NewestAsync();
            // The first goes alone; the others wait meanwhile and go together.
            await Task.WhenAll(Enumerable.Range(0, count + 1).Select(_ => ledger.AppendAsync(Random(size)).AsTask()));
            long gas = 0, blocks = await NewestAsync() - before;
            for (long block = before + 1; block <= before + blocks; block++) gas += await GasAsync(block);
            Say($"gas for each of {count + 1} entries of {size:N0} bytes appended at once, in {blocks} transactions: {gas / (count + 1):N0}");
        }
    }

    private async Task RateAsync()
    {
        EvmChain chain = await DeployAsync(new EvmFinality(0));
        await using (EvmLedger ledger = await OpenAsync(chain, "rate"))
        {
            foreach (int count in (int[])[100, 2_000])
            {
                var clock = Stopwatch.StartNew();
                if (count == 100)
                    for (int i = 0; i < count; i++) await ledger.AppendAsync(Random(300));
                else await Task.WhenAll(Enumerable.Range(0, count).Select(_ => ledger.AppendAsync(Random(300)).AsTask()));
                Say($"appends of 300 bytes, {(count == 100 ? "one after another" : $"{count:N0} at once")}, a block for each transaction, final at once: {count / clock.Elapsed.TotalSeconds:N0}/s");
            }
        }
        var reading = Stopwatch.StartNew();
        await using EvmLedger reader = await OpenAsync(chain, "reader");
        Say($"a new reader verifies and keeps {await reader.CountAsync():N0} entries in {reading.Elapsed.TotalMilliseconds:N0} ms");
        await reader.DisposeAsync();
        var opening = Stopwatch.StartNew();
        await using EvmLedger again = await OpenAsync(chain, "reader");
        Say($"it opens again, everything checked, in {opening.Elapsed.TotalMilliseconds:N0} ms");
    }

    private async Task LatencyAsync()
    {
        EvmChain chain = await DeployAsync(EvmFinality.Finalized);
        await using EvmLedger ledger = await OpenAsync(chain, "latency");
        var times = new List<double>();
        for (int i = 0; i < 20; i++)
        {
            var clock = Stopwatch.StartNew();
            await ledger.AppendAsync(Random(300));
            times.Add(clock.Elapsed.TotalSeconds);
        }
        times.Sort();
        Say($"append until finalized, a block a second, two blocks behind the newest: median {times[10]:N2} s, longest {times[^1]:N2} s");
    }

    // The entries of one task of a thousand verifiers; owners' and executors' own cost are the same for all committees.
    private async Task TaskAsync()
    {
        EvmChain chain = await DeployAsync(new EvmFinality(0));
        await using EvmLedger ledger = await OpenAsync(chain, "task");
        await ledger.AppendAsync(Random(300));
        foreach (int committee in (int[])[7, 32, 128])
        {
            IReadOnlyList<IReadOnlyList<byte[]>> steps = ScaleRun.TaskSteps(1_000, committee, Environment.ProcessorCount, CancellationToken.None);
            long together = await CostAsync(steps, async step => await Task.WhenAll(step.Select(entry => ledger.AppendAsync(entry).AsTask())));
            long alone = await CostAsync(steps, async step =>
            {
                foreach (byte[] entry in step) await ledger.AppendAsync(entry);
            });
            Say($"a task under tau = {committee}: {steps.Sum(step => step.Count)} entries, {steps.Sum(step => step.Sum(entry => (long)entry.Length)):N0} bytes in {steps.Count} steps; {alone:N0} gas each alone, {together:N0} where one gateway appends those of a step together");
        }
    }

    private async Task<long> CostAsync(IReadOnlyList<IReadOnlyList<byte[]>> steps, Func<IReadOnlyList<byte[]>, Task> append)
    {
        long before = await NewestAsync(), gas = 0;
        foreach (IReadOnlyList<byte[]> step in steps) await append(step);
        for (long block = before + 1, last = await NewestAsync(); block <= last; block++) gas += await GasAsync(block);
        return gas;
    }

    private Task<EvmChain> DeployAsync(EvmFinality finality) => EvmDeployment.DeployAsync(_rpc, new EvmKeySigner(_key), finality, ulong.MaxValue / 4, TimeProvider.System, _ => { });

    private Task<EvmLedger> OpenAsync(EvmChain chain, string name) => EvmLedger.OpenAsync(
        new EvmLedgerOptions { Chain = chain, Endpoints = [_rpc], Path = Path.Combine(_folder.FullName, name + ".db"), Signer = new EvmKeySigner(_key), Poll = TimeSpan.FromMilliseconds(5) },
        TimeProvider.System);

    private async Task<long> NewestAsync() => Number(await CallAsync("eth_blockNumber"));

    private async Task<long> GasOfNewestAsync() => await GasAsync(await NewestAsync());

    private async Task<long> GasAsync(long block) => Number((await CallAsync("eth_getBlockByNumber", "0x" + block.ToString("x", CultureInfo.InvariantCulture), false)).GetProperty("gasUsed"));

    private static long Number(JsonElement hex) => Convert.ToInt64(hex.GetString(), 16);

    private async Task WaitAsync()
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                await CallAsync("eth_chainId");
                return;
            }
            catch (HttpRequestException) when (tries < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private async Task<JsonElement> CallAsync(string method, params object[] parameters)
    {
        using HttpResponseMessage answer = await _http.PostAsJsonAsync(_rpc, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("result");
    }

    private static byte[] Random(int size)
    {
        var bytes = new byte[size];
        System.Random.Shared.NextBytes(bytes);
        return bytes;
    }

    private static void Say(FormattableString sentence) => Console.WriteLine(sentence.ToString(CultureInfo.InvariantCulture));
}
