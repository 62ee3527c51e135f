using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Node;
using Errand.Protocol;
using Errand.Protocol.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Benchmarks;

/// <summary>A served ledger on loopback with witnesses that keep their memory in flushed files, all in this process.</summary>
internal sealed class ServedFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-bench-");
    private readonly SigningKey _caller = SigningKey.Generate();
    private readonly NodeDirectory _nodes = new();
    private WebApplication _witnesses = null!;
    private Genesis _genesis = null!;

    internal LedgerHost Host { get; private set; } = null!;

    internal static async Task<ServedFixture> StartAsync(int witnesses)
    {
        var fixture = new ServedFixture();
        TestActor[] operators = [.. Enumerable.Range(0, witnesses).Select(i => new TestActor("bench", $"operator {i}"))];
        TestActor[] nodes = [.. operators.Select((by, i) => new TestActor("bench", $"verifier {i}") { Operator = by, Roles = NodeRoles.Verifier })];
        var ledger = new TestActor("bench", "ledger");
        fixture._genesis = TestGenesis.Create(ledger, operators, nodes) with { Witnesses = WitnessRule.Of(nodes.Select(node => node.Id)) };
        foreach (TestActor node in nodes) fixture._nodes.AddWitness(WitnessFile.Open(fixture._genesis, node.Key, Path.Combine(fixture._folder.FullName, $"{node.Id}.note"), TimeProvider.System));
        await fixture.OpenAsync(ledger, nodes);
        return fixture;
    }

    internal ServedLedger Connect() => new(
        new ServedLedgerOptions { Address = new Uri(Host.Address), Network = _genesis.NetworkId(), Quorum = ServedLedgerOptions.QuorumOf(_genesis), Caller = _caller }, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _witnesses.DisposeAsync();
        await _nodes.DisposeAsync();
        _caller.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task OpenAsync(TestActor ledger, TestActor[] nodes)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _witnesses = builder.Build();
        NodeEndpoints.Map(_witnesses, _nodes);
        await _witnesses.StartAsync();
        Host = await LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Path = Path.Combine(_folder.FullName, "ledger.db"),
                Genesis = _genesis.Encode(),
                Key = ledger.Key,
                CreateIfMissing = true,
                Admission = new LedgerAdmission { Members = [_caller.PublicKey], Anyone = false, MemberQuota = new LedgerQuota(1_000_000, 1_000_000, 1 << 30, 1 << 30), ReadsPerSecond = 1_000_000 },
                Witnesses = nodes.ToDictionary(node => node.Id, node => new Uri($"{_witnesses.Urls.Single()}/nodes/{node.Id}/")),
                CheckpointInterval = TimeSpan.FromMilliseconds(5),
            },
            NullLoggerFactory.Instance,
            TimeProvider.System);
    }
}
