using System.Net;
using CsCheck;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>Requests of strangers at a running network's door: refused as theirs (4xx), never a fault of ours (5xx).</summary>
[Collection(NetworkSuite.Name)]
public sealed class HttpDoorTests(SharedNetwork shared)
{
    private static readonly string[] Ids = [new('0', 64), new('f', 64), "g", "", "../../etc/passwd", new('a', 63), new('A', 64), "%00", new('1', 4000)];

    [Fact]
    public async Task Malformed_requests_get_4xx_and_nothing_stops()
    {
        RunningNetwork network = await shared.HealthyAsync();
        string executor = network.State.Nodes.Values.First(node => node.Roles.HasFlag(NodeRoles.Executor)).Endpoint;
        TaskId ended = network.State.Tasks.Keys.FirstOrDefault();
        Gen<string> id = Gen.OneOf(Pick(Ids), Gen.Const(ended.ToString()));
        Gen<string> path = Gen.OneOf(
            Gen.Const("/challenge"),
            Gen.Select(id, Pick("1", "0", "-1", "99999999999", "x"), id, (task, attempt, asset) => $"/releases/{task}/{attempt}/{asset}"),
            id.Select(task => $"/results/{task}"));
        await Gen.Select(path, Pick("GET", "POST", "PUT", "DELETE"), Gen.Byte.Array[0, 3000], Gen.Bool).SampleAsync(async (where, method, body, chunked) =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(executor + where)) { Content = new ByteArrayContent(body) };
            if (chunked) request.Headers.TransferEncodingChunked = true;
            using HttpResponseMessage answer = await network.Http.SendAsync(request);
            bool served = answer.StatusCode == HttpStatusCode.OK && method == "GET" && where == $"/results/{ended}";
            return served || (int)answer.StatusCode is >= 400 and < 500;
        }, iter: 200, threads: 1);
        Assert.False(network.Network.Failure.IsCompleted);
    }

    [Theory]
    [InlineData("POST", "/challenge", 2049)]
    [InlineData("POST", "/challenge", 20_000_000)]
    [InlineData("PUT", "/releases/{0}/1/{0}", 16 * 1024 + 1)]
    [InlineData("PUT", "/releases/{0}/1/{0}", 40_000_000)]
    public async Task Oversized_bodies_get_4xx(string method, string path, int size)
    {
        RunningNetwork network = await shared.HealthyAsync();
        string node = network.State.Nodes.Values.First(node => node.Roles.HasFlag(NodeRoles.Executor)).Endpoint;
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(node + path.Replace("{0}", Ids[0], StringComparison.Ordinal))) { Content = new ByteArrayContent(new byte[size]) };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage answer = await network.Http.SendAsync(request);
        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    [Fact]
    public async Task Releases_and_challenges_for_what_is_not_open_get_404()
    {
        RunningNetwork network = await shared.HealthyAsync();
        NodeState executor = network.State.Nodes.Values.First(node => node.Roles.HasFlag(NodeRoles.Executor));
        NodeState verifier = network.State.Nodes.Values.First(node => !node.Roles.HasFlag(NodeRoles.Executor));
        foreach (string node in new[] { executor.Endpoint, verifier.Endpoint, $"{network.Network.Address}/nodes/{Ids[0]}" })
        {
            using var release = new ByteArrayContent(new byte[1200]);
            using HttpResponseMessage taken = await network.Http.PutAsync(new Uri($"{node}/releases/{Ids[0]}/1/{Ids[1]}"), release);
            Assert.Equal(HttpStatusCode.NotFound, taken.StatusCode);
            using var challenge = new ByteArrayContent(new ChallengeMessage(executor.Id.Value, new Attestation.CredentialChallenge(new byte[60], new byte[60])).Encode());
            using HttpResponseMessage answered = await network.Http.PostAsync(new Uri($"{node}/challenge"), challenge);
            Assert.Equal(HttpStatusCode.NotFound, answered.StatusCode);
        }
    }

    [Fact]
    public async Task Sealed_data_has_no_route_and_strange_paths_are_counted_as_other()
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId data = await shared.DataAsync();
        ContentId content = network.State.Assets[data].Entry.Content;
        long kinds = network.Network.Traffic.Bytes.Count;
        foreach (string path in new[] { $"/files/{content}", $"/sites/hospital-campus/{content}.sealed", $"/files/..%2Fsites%2Fhospital-campus%2F{content}", $"/{content}", "/nodes", $"/nodes/x/{content}" })
        {
            using HttpResponseMessage answer = await network.Http.GetAsync(new Uri(network.Network.Address + path));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        Assert.InRange(network.Network.Traffic.Bytes.Count, 1, kinds + 2);
        Assert.All(network.Network.Traffic.Bytes.Keys, kind => Assert.Contains(kind, new[] { "challenge", "checkpoint", "files", "genesis", "ledger", "other", "releases", "results", "traffic" }));
    }

    private static Gen<string> Pick(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
