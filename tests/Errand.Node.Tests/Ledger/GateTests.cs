using System.Net;
using System.Net.Http.Headers;
using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Ledger.Tests;

namespace Errand.Node.Tests;

public sealed class GateTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_request_again_is_the_same_append_and_a_changed_one_is_none()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(0);
        LedgerSession session = await SessionAsync(network);
        byte[] entry = LedgerContract.Numbered(1);
        ulong number = session.Floor + 5;
        RequestSignature signature = RequestSignature.Sign(network.Caller, network.Genesis.NetworkId(), session.Instance, number, "POST", "/ledger", entry);
        LedgerPosition[] said = [.. (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(network, signature, entry)))).Select(PositionOf)];
        Assert.Single(said.Distinct());
        Assert.Equal(1, await network.Host.Ledger.CountAsync(Stop));

        byte[] other = LedgerContract.Numbered(2);
        Assert.Equal("ledger/signature", CodeOf(await SendAsync(network, signature, other)));
        RequestSignature reused = RequestSignature.Sign(network.Caller, network.Genesis.NetworkId(), session.Instance, number, "POST", "/ledger", other);
        Assert.Equal("ledger/number", CodeOf(await SendAsync(network, reused, other)));
        RequestSignature elsewhere = RequestSignature.Sign(network.Caller, network.Genesis.NetworkId(), RequestInstance.Draw(), number + 1, "POST", "/ledger", other);
        Assert.Equal("ledger/instance", CodeOf(await SendAsync(network, elsewhere, other)));
        RequestSignature ahead = RequestSignature.Sign(network.Caller, network.Genesis.NetworkId(), session.Instance, long.MaxValue, "POST", "/ledger", other);
        Assert.Equal("ledger/number", CodeOf(await SendAsync(network, ahead, other)));
        RequestSignature query = RequestSignature.Sign(network.Caller, network.Genesis.NetworkId(), session.Instance, number + 2, "POST", "/ledger?x=1", other);
        Assert.Equal("ledger/signature", CodeOf(await SendAsync(network, query, other)));
        Assert.Equal(1, await network.Host.Ledger.CountAsync(Stop));
    }

    [Fact]
    public async Task An_address_that_asks_too_often_is_told_so_for_reads_and_for_appends_apart()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(0, serve: false);
        network.Admission = new LedgerAdmission { Anyone = true, ReadsPerSecond = 5, AppendsPerSecond = 5 };
        await network.ServeAsync();
        using var http = new HttpClient { BaseAddress = new Uri(network.Host.Address) };
        // Unsigned appends: each would be refused, but not even that is done too often.
        string[] appends = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            using var entry = new ByteArrayContent([1]) { Headers = { ContentType = new MediaTypeHeaderValue(LedgerWire.EntryType) } };
            using HttpResponseMessage answer = await http.PostAsync("/ledger", entry, Stop);
            return Problem.TryParse(await answer.Content.ReadAsByteArrayAsync(Stop))?.Code ?? "";
        }));
        Assert.Equal(["ledger/rate", "ledger/unsigned"], appends.Distinct().Order());
        using (HttpResponseMessage read = await http.GetAsync("/ledger/head", Stop)) Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        HttpStatusCode[] reads = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            using HttpResponseMessage answer = await http.GetAsync("/ledger/head", Stop);
            return answer.StatusCode;
        }));
        Assert.Contains(HttpStatusCode.TooManyRequests, reads);
    }

    [Fact]
    public async Task Only_members_append_where_the_operator_says_so()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(0, serve: false);
        network.Admission = new LedgerAdmission { Members = [network.Caller.PublicKey], Anyone = false };
        await network.ServeAsync();
        using ServedLedger ledger = network.Connect();
        await ledger.AppendAsync(LedgerContract.Numbered(1), Stop);
        using SigningKey stranger = SigningKey.Generate();
        LedgerException refused = await Assert.ThrowsAsync<LedgerException>(async () => await ledger.AppendAsync(LedgerContract.Numbered(2), stranger, durable: null, Stop));
        Assert.Equal(LedgerFault.NotAdmitted, refused.Fault);
        using var unsigned = new HttpLedger(new Uri(network.Host.Address), TimeProvider.System);
        refused = await Assert.ThrowsAsync<LedgerException>(async () => await unsigned.AppendAsync(LedgerContract.Numbered(2), Stop));
        Assert.Equal(LedgerFault.NotAdmitted, refused.Fault);
        Assert.Equal(1, await network.Host.Ledger.CountAsync(Stop));
    }

    [Fact]
    public async Task A_quota_holds_one_caller_back_and_no_other()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(0, serve: false);
        using SigningKey greedy = SigningKey.Generate();
        network.Admission = new LedgerAdmission { Members = [network.Caller.PublicKey], Anyone = true, OtherQuota = new LedgerQuota(1, 3, 1 << 20, 1 << 20) };
        await network.ServeAsync();
        LedgerSession session = await SessionAsync(network);
        string?[] codes = [.. await Task.WhenAll(Enumerable.Range(1, 30).Select(async i =>
        {
            byte[] entry = LedgerContract.Numbered(i);
            RequestSignature signature = RequestSignature.Sign(greedy, network.Genesis.NetworkId(), session.Instance, session.Floor + (ulong)i, "POST", "/ledger", entry);
            return CodeOf(await SendAsync(network, signature, entry));
        }))];
        Assert.InRange(codes.Count(code => code is null), 3, 25);
        Assert.All(codes.Where(code => code is not null), code => Assert.Equal("ledger/quota", code));
        using ServedLedger member = network.Connect();
        await ServedNetwork.AppendAsync(member, 0, 20);
    }

    [Fact]
    public async Task Health_and_metrics_tell_how_the_ledger_stands()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(4);
        using ServedLedger ledger = network.Connect();
        await ServedNetwork.AppendAsync(ledger, 0, 5);
        using var http = new HttpClient { BaseAddress = new Uri(network.Host.Address) };
        string health = await http.GetStringAsync(new Uri("/health", UriKind.Relative), Stop);
        Assert.Contains("\"final\":5", health, StringComparison.Ordinal);
        string metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
        Assert.Contains("errand_ledger_final 5\n", metrics, StringComparison.Ordinal);
        Assert.Contains("errand_ledger_appended_total 5\n", metrics, StringComparison.Ordinal);
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        string json = await http.GetStringAsync(new Uri("/ledger?from=3", UriKind.Relative), Stop);
        Assert.Contains("\"position\":4", json, StringComparison.Ordinal);
    }

    private static async Task<LedgerSession> SessionAsync(ServedNetwork network)
    {
        using var http = new HttpClient();
        return LedgerSession.TryDecode(await http.GetByteArrayAsync(new Uri(network.Host.Address + "/ledger/session"), Stop))!;
    }

    private static async Task<(HttpStatusCode Status, byte[] Body)> SendAsync(ServedNetwork network, RequestSignature signature, byte[] entry)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(network.Host.Address + "/ledger")) { Content = new ByteArrayContent(entry) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(LedgerWire.EntryType);
        request.Headers.Authorization = new AuthenticationHeaderValue(RequestSignature.Scheme, signature.ToToken());
        using HttpResponseMessage response = await http.SendAsync(request, Stop);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(Stop));
    }

    private static LedgerPosition PositionOf((HttpStatusCode Status, byte[] Body) answer)
    {
        Assert.True(AppendAnswer.TryDecode(answer.Body, out AppendAnswer? decoded));
        return decoded.Promise.Position;
    }

    private static string? CodeOf((HttpStatusCode Status, byte[] Body) answer) => answer.Status == HttpStatusCode.OK ? null : Problem.TryParse(answer.Body)?.Code;
}
