using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Errand.Client;
using Errand.Ledger;
using Errand.Ledger.Tests;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Cli.Tests;

/// <summary>A ledger on a chain from the command line: an account, a contract, a gateway, and whoever checks them.</summary>
public sealed class LedgerChainTests : IDisposable
{
    private readonly CliFolder _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_log_is_put_on_a_chain_served_by_a_gateway_and_replayed_by_anybody()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Anvil anvil = await Anvil.StartAsync();
        string rpc = anvil.Address.ToString();
        Genesis genesis = await DeployAsync(anvil, rpc);
        Assert.Equal(0, (await _cli.JsonAsync("ledger", "status", "--genesis", "genesis.cbor", "--rpc", rpc)).GetProperty("entries").GetInt64());

        int port = FreePort();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<CliResult> gateway = _cli.RunAsync(["ledger", "gateway", "--genesis", "genesis.cbor", "--rpc", rpc, "--file", "gateway.db", "--port", port.ToString(CultureInfo.InvariantCulture)], end.Token);
        using (var door = new HttpLedger(new Uri($"http://127.0.0.1:{port}"), TimeProvider.System))
        {
            LedgerPosition at = await AppendAsync(door, gateway, stop);
            Assert.Equal(0, at.Position);
            Assert.Equal(1, await door.CountAsync(stop));
            Assert.Equal(genesis.Encode(), await door.GenesisAsync(stop));
            File.WriteAllBytes(_cli.In("mine.note"), await NoteAsync(door, 1, stop));
        }
        // A client that is told of an endpoint reads the chain itself.
        _cli.Variables[ChainAccess.Variable] = rpc;
        CliResult kept = await _cli.RunAsync("ledger", "checkpoint", "--network", $"http://127.0.0.1:{port}", "--since", "mine.note");
        Assert.True(kept.Exit == 0, kept.Error);
        await end.CancelAsync();
        CliResult served = await gateway;
        Assert.True(served.Exit == 0, served.Error);

        JsonElement replay = await _cli.JsonAsync("ledger", "replay", "--genesis", "genesis.cbor", "--since", "mine.note");
        Assert.Equal(1, replay.GetProperty("entries").GetInt64());
        Assert.True(replay.GetProperty("checkpointHolds").GetBoolean());

        // A gateway that signs something else is found out.
        using var key = Errand.Cryptography.SigningKey.Generate();
        string origin = Checkpoint.OriginOf(genesis.NetworkId());
        File.WriteAllBytes(_cli.In("other.note"), new Checkpoint(origin, 1, new Bytes32([.. new byte[32]])).Sign(new NoteSigner(origin, key)).Note.ToBytes());
        CliResult wrong = await _cli.RunAsync("ledger", "replay", "--genesis", "genesis.cbor", "--since", "other.note");
        Assert.Equal(5, wrong.Exit);
        Assert.Contains("[ledger/tampered]", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_served_ledger_that_was_anchored_cannot_be_rewritten_unnoticed()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Anvil anvil = await Anvil.StartAsync();
        string rpc = anvil.Address.ToString();
        Genesis genesis = (await DeployAsync(anvil, rpc)) with { Chain = null };
        File.WriteAllBytes(_cli.In("genesis.cbor"), genesis.Encode());

        await using (Served first = await ServeAsync(rpc, stop))
        {
            await first.AppendAsync(genesis, 1, stop);
            await UntilAnchoredAsync(first, rpc, 1, stop);
            await first.AppendAsync(genesis, 2, stop);
            await UntilAnchoredAsync(first, rpc, 2, stop);
            CliResult held = await _cli.RunAsync("ledger", "anchors", "--genesis", "genesis.cbor", "--anchor", "chain.json", "--rpc", rpc, "--network", first.Address);
            Assert.Equal(0, held.Exit);
            Assert.Contains("2 checkpoint(s)", held.Output, StringComparison.Ordinal);
        }
        foreach (string file in Directory.GetFiles(_cli.Path, "ledger.db*").Where(file => !file.Contains(".anchor", StringComparison.Ordinal))) File.Delete(file);
        await using Served again = await ServeAsync(rpc, stop);
        for (int i = 3; i < 6; i++) await again.AppendAsync(genesis, i, stop);
        CliResult found = await _cli.RunAsync("ledger", "anchors", "--genesis", "genesis.cbor", "--anchor", "chain.json", "--rpc", rpc, "--network", again.Address);
        Assert.Equal(5, found.Exit);
        Assert.Contains("DOES NOT HOLD", found.Output, StringComparison.Ordinal);
    }

    private async Task UntilAnchoredAsync(Served served, string rpc, long size, CancellationToken stop)
    {
        while (!(await _cli.JsonAsync("ledger", "anchors", "--genesis", "genesis.cbor", "--anchor", "chain.json", "--rpc", rpc, "--network", served.Address)).GetProperty("anchors").EnumerateArray()
            .Any(one => one.GetProperty("size").GetInt64() == size && one.GetProperty("holds").GetBoolean())) await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
    }

    private async Task<Served> ServeAsync(string rpc, CancellationToken stop)
    {
        int port = FreePort();
        var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<CliResult> running = _cli.RunAsync(
            ["ledger", "serve", "--genesis", "genesis.cbor", "--file", "ledger.db", "--new", "--port", port.ToString(CultureInfo.InvariantCulture), "--anchor", "chain.json", "--anchor-minutes", "0", "--rpc", rpc], end.Token);
        var served = new Served(end, running, $"http://127.0.0.1:{port}");
        using var http = new HttpClient();
        while (true)
        {
            Assert.False(running.IsCompleted, running.IsCompleted ? (await running).Error : "");
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri(served.Address + "/health"), stop);
                return served;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), stop);
            }
        }
    }

    // A ledger that this process serves.
    private sealed class Served(CancellationTokenSource end, Task<CliResult> running, string address) : IAsyncDisposable
    {
        internal string Address { get; } = address;

        internal async Task AppendAsync(Genesis genesis, int number, CancellationToken stop)
        {
            using var caller = Errand.Cryptography.SigningKey.Generate();
            using var ledger = new ServedLedger(
                new ServedLedgerOptions { Address = new Uri(Address), Network = genesis.NetworkId(), Quorum = ServedLedgerOptions.QuorumOf(genesis), Caller = caller }, TimeProvider.System);
            await ledger.AppendAsync(new byte[] { (byte)number }, stop);
        }

        public async ValueTask DisposeAsync()
        {
            await end.CancelAsync();
            CliResult ended = await running;
            end.Dispose();
            Assert.True(ended.Exit == 0, ended.Error);
        }
    }

    [Fact]
    public async Task What_is_missing_is_named_with_what_to_do()
    {
        Assert.Equal(0, _cli.Run("keys", "new").Exit);
        Refused("[cli/usage]", "--rpc", "ledger", "deploy");
        CliResult account = await _cli.RunAsync("ledger", "deploy", "--rpc", "http://127.0.0.1:1/s3cret");
        Assert.NotEqual(0, account.Exit);
        Assert.Contains("errand ledger account", account.Error, StringComparison.Ordinal);
        Assert.Equal(0, _cli.Run("ledger", "account").Exit);
        CliResult down = await _cli.RunAsync("ledger", "deploy", "--rpc", "http://127.0.0.1:1/s3cret");
        Assert.Equal(4, down.Exit);
        Assert.Contains("127.0.0.1:1 cannot be reached", down.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", down.Error, StringComparison.Ordinal);
        Refused("[cli/usage]", "--finality", "ledger", "deploy", "--rpc", "http://127.0.0.1:1", "--finality", "soon");
        CliResult scheme = await _cli.RunAsync("ledger", "deploy", "--rpc", "ftp://s3cret@example");
        Assert.Equal(2, scheme.Exit);
        Assert.DoesNotContain("s3cret", scheme.Error, StringComparison.Ordinal);

        void Refused(string code, string words, params string[] arguments)
        {
            CliResult refused = _cli.Run(arguments);
            Assert.Equal(2, refused.Exit);
            Assert.Contains(code, refused.Error, StringComparison.Ordinal);
            Assert.Contains(words, refused.Error, StringComparison.Ordinal);
        }
    }

    private async Task<Genesis> DeployAsync(Anvil anvil, string rpc)
    {
        Assert.Equal(0, (await _cli.RunAsync("keys", "new")).Exit);
        string account = (await _cli.JsonAsync("ledger", "account", "--rpc", rpc)).GetProperty("account").GetString()!;
        CliResult poor = await _cli.RunAsync("ledger", "deploy", "--rpc", rpc, "--finality", "0");
        Assert.Equal(1, poor.Exit);
        Assert.Contains("has money", poor.Error, StringComparison.Ordinal);
        await anvil.CallAsync("anvil_setBalance", account, "0x1bc16d674ec80000");
        Assert.Contains("balance  2 ether", (await _cli.RunAsync("ledger", "account", "--rpc", rpc)).Output, StringComparison.Ordinal);
        JsonElement made = await _cli.JsonAsync("ledger", "deploy", "--rpc", rpc, "--finality", "0");
        File.WriteAllText(_cli.In("chain.json"), made.GetRawText());
        JsonElement keys = await _cli.JsonAsync("keys", "show");

        using JsonDocument vector = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "vectors", "protocol", "genesis.json")));
        Assert.Equal(GenesisError.None, Genesis.TryDecode(Convert.FromHexString(vector.RootElement.GetProperty("document").GetString()!), out Genesis? genesis));
        Assert.True(EvmAddress.TryParse(made.GetProperty("contract").GetString(), out EvmAddress contract));
        Assert.True(Bytes32.TryParseHex(keys.GetProperty("publicKey").GetString(), out Bytes32 ledgerKey));
        Genesis written = genesis! with
        {
            LedgerKey = new PublicKey(ledgerKey),
            Witnesses = WitnessRule.None,
            Chain = new ChainRule(made.GetProperty("chain").GetUInt64(), contract.ToArray(), made.GetProperty("deployBlock").GetUInt64(), made.GetProperty("finality").GetInt32()),
        };
        File.WriteAllBytes(_cli.In("genesis.cbor"), written.Encode());
        return written;
    }

    // The gateway is starting.
    private static async Task<LedgerPosition> AppendAsync(HttpLedger door, Task gateway, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await door.AppendAsync(new byte[] { 1, 2, 3 }, stop);
            }
            catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport && !gateway.IsCompleted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
            }
        }
    }

    private static async Task<byte[]> NoteAsync(HttpLedger door, long size, CancellationToken stop)
    {
        while (true)
        {
            if (await door.CheckpointAsync(stop) is { } note && SignedNote.TryParse(note, out SignedNote? read) && read.Text.Split('\n')[1] == size.ToString(CultureInfo.InvariantCulture)) return note;
            await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
        }
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
