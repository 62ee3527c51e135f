using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Errand.Client.Tests;

public sealed class HttpLedgerTests : IDisposable
{
    private static readonly NetworkId Network = new(new Bytes32(new byte[32]));
    private readonly TempFolder _temp = new();
    private readonly SigningKey _key = SigningKey.Generate();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _key.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task Genesis_and_checkpoint_come_as_they_are()
    {
        await using LedgerServer server = await StartAsync();
        using var ledger = new HttpLedger(server.Address, TimeProvider.System);
        Assert.Equal(LedgerServer.Genesis, await ledger.GenesisAsync(Stop));
        await ledger.AppendAsync(new byte[] { 1 }, Stop);
        await server.Ledger.WaitForCheckpointAsync(1, Stop);
        byte[]? note = await ledger.CheckpointAsync(Stop);
        Assert.True(Checkpoint.TryOpen(note, server.Ledger.VerifierKey, out SignedCheckpoint? signed));
        Assert.Equal(1, signed.Checkpoint.Size);
    }

    [Theory]
    [InlineData("ledger?from=-1")]
    [InlineData("ledger?from=+1")]
    [InlineData("ledger?from=0x1")]
    [InlineData("ledger?from=")]
    [InlineData("ledger?from=1&from=2")]
    [InlineData("ledger?from=99999999999999999999")]
    [InlineData("ledger?max=0")]
    [InlineData("ledger?max=5000")]
    [InlineData("ledger?wait=30001")]
    public async Task Wrong_queries_are_refused_with_a_code(string path)
    {
        await using LedgerServer server = await StartAsync();
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri(server.Address, path), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(LedgerWire.ProblemType, response.Content.Headers.ContentType?.ToString());
        Assert.Equal("ledger/query", Problem.TryParse(await response.Content.ReadAsByteArrayAsync(Stop))?.Code);
    }

    [Theory]
    [InlineData(0, "application/cose", 413)]
    [InlineData(LedgerLimits.EntrySizeBytesMax + 1, "application/cose", 413)]
    [InlineData(10, "text/plain", 415)]
    public async Task Wrong_appends_are_refused(int size, string type, int status)
    {
        await using LedgerServer server = await StartAsync();
        using var client = new HttpClient();
        using var content = new ByteArrayContent(new byte[size]);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using HttpResponseMessage response = await client.PostAsync(new Uri(server.Address, "ledger"), content, Stop);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(0, await server.Ledger.CountAsync(Stop));
    }

    [Fact]
    public async Task Long_poll_ends_with_an_empty_page_or_the_first_entry()
    {
        await using LedgerServer server = await StartAsync();
        using var client = new HttpClient();
        byte[] empty = await client.GetByteArrayAsync(new Uri(server.Address, "ledger?from=0&wait=50"), Stop);
        Assert.True(LedgerWire.TryDecodePage(empty, 0, 10, out IReadOnlyList<LedgerEntry> none));
        Assert.Empty(none);
        Task<byte[]> waiting = client.GetByteArrayAsync(new Uri(server.Address, "ledger?from=0&wait=20000"), Stop);
        await server.Ledger.AppendAsync(new byte[] { 7 }, Stop);
        Assert.True(LedgerWire.TryDecodePage(await waiting, 0, 10, out IReadOnlyList<LedgerEntry> one));
        Assert.Equal([7], Assert.Single(one).Bytes.ToArray());
    }

    [Fact]
    public async Task Nobody_there_is_a_transport_fault()
    {
        using var ledger = new HttpLedger(new Uri($"http://127.0.0.1:{FreePort()}"), TimeProvider.System);
        LedgerException fault = await Assert.ThrowsAsync<LedgerException>(async () => await ledger.CountAsync(Stop));
        Assert.Equal(LedgerFault.Transport, fault.Fault);
    }

    public static TheoryData<string, byte[]> BadPages => new()
    {
        { "not CBOR", Encoding.ASCII.GetBytes("<html>") },
        { "gap", Page((0, 1), (2, 1)) },
        { "wrong start", Page((1, 1)) },
        { "time backwards", Page((0, 5), (1, 4)) },
        { "trailing byte", [.. Page((0, 1)), 0] },
        { "more than asked for", Page((0, 1), (1, 1), (2, 1)) },
        { "truncated", Page((0, 1))[..^1] },
        { "huge count", [0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
    };

    [Theory]
    [MemberData(nameof(BadPages))]
    public async Task Lying_server_is_refused(string what, byte[] page)
    {
        await using WebApplication liar = await AnswerAlwaysAsync(page);
        using var ledger = new HttpLedger(new Uri(liar.Urls.Single()), TimeProvider.System);
        LedgerException fault = await Assert.ThrowsAsync<LedgerException>(async () => await ledger.ReadAsync(0, 2, Stop));
        Assert.True(fault.Fault == LedgerFault.Transport, what);
    }

    [Fact]
    public async Task Endless_answer_is_cut_off()
    {
        await using WebApplication liar = await AnswerAlwaysAsync(new byte[1 << 16]);
        using var ledger = new HttpLedger(new Uri(liar.Urls.Single()), TimeProvider.System);
        LedgerException fault = await Assert.ThrowsAsync<LedgerException>(async () => await ledger.CountAsync(Stop));
        Assert.Contains("longer than", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Following_goes_on_over_a_restart_of_the_server()
    {
        int port = FreePort();
        var seen = new List<long>();
        using var ledger = new HttpLedger(new Uri($"http://127.0.0.1:{port}"), TimeProvider.System);
        await using LedgerServer first = await LedgerServer.StartAsync(_temp.In("ledger.db"), _key, Network, port: port);
        await first.Ledger.AppendAsync(new byte[] { 1 }, Stop);
        await using IAsyncEnumerator<LedgerEntry> follower = ledger.FollowAsync(0, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await follower.MoveNextAsync());
        seen.Add(follower.Current.Position);
        ValueTask<bool> waiting = follower.MoveNextAsync();
        await first.DisposeAsync();
        await using LedgerServer second = await LedgerServer.StartAsync(_temp.In("ledger.db"), _key, Network, port: port);
        await second.Ledger.AppendAsync(new byte[] { 2 }, Stop);
        Assert.True(await waiting.AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop));
        seen.Add(follower.Current.Position);
        Assert.Equal([0L, 1L], seen);
    }

    private Task<LedgerServer> StartAsync() => LedgerServer.StartAsync(_temp.In("ledger.db"), _key, Network);

    private static byte[] Page(params (long Position, long Time)[] entries) =>
        LedgerWire.EncodePage([.. entries.Select(entry => new LedgerEntry(entry.Position, entry.Time, new byte[] { 1 }))]);

    private static async Task<WebApplication> AnswerAlwaysAsync(byte[] body)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapFallback(async context => await context.Response.Body.WriteAsync(body));
        await app.StartAsync();
        return app;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
