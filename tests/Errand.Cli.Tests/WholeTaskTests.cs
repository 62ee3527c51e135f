using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Errand.Client;
using Errand.Node;
using Errand.Node.Tests;
using Errand.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Cli.Tests;

/// <summary>The whole way on a development network, command by command: nothing here calls a library but the shell's commands.</summary>
public sealed class WholeTaskTests
{
    private const string DataPolicy = """
        {
          "version": 1, "kind": "data", "apps": "any", "data": [], "requesters": "any", "recipients": "any", "arguments": "any", "secretArguments": false,
          "custody": "any", "minEligibleExecutors": 1, "accepts": 10, "outputLimitBytes": 65536, "logLimitBytes": 0, "paddingBytes": 4096
        }
        """;

    private const string AppPolicy = """
        {
          "version": 1, "kind": "app", "data": "any", "requesters": "any", "recipients": "any", "arguments": "any", "secretArguments": false,
          "custody": "any", "minEligibleExecutors": 1, "accepts": 10, "outputLimitBytes": 65536, "logLimitBytes": 0, "paddingBytes": 4096
        }
        """;

    [Fact]
    public async Task Seal_publish_submit_fetch_export_and_verify()
    {
        using var cli = new CliFolder();
        using var passphrase = new Passphrase("correct horse");
        var options = new DevelopmentNetworkOptions { Folder = cli.In(".errand/devnet"), Passphrase = passphrase, Verifiers = 5, Executors = 2, VendorState = TestVendor.State };
        await using DevelopmentNetwork network = await DevelopmentNetwork.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System);
        new HostFile(network.Address, new Uri(network.Address).Port, Environment.ProcessId, Ready: false).Write(network.Folder);
        cli.Write(".errand/network", $"{network.Address} {network.Genesis.NetworkId()}");
        string id = network.Genesis.NetworkId().ToString();
        await WaitForNodesAsync(cli, 7);

        // 1. Owners seal and publish.
        File.Copy(Path.Combine(Vectors.Repository(), "samples", "data", "breast-cancer-wisconsin.csv"), cli.In("data.csv"));
        File.Copy(Path.Combine(Vectors.Repository(), "samples", "guests", "bin", "logreg.wasm"), cli.In("app.wasm"));
        cli.Write("data.policy", DataPolicy);
        cli.Write("app.policy", AppPolicy);
        await cli.JsonAsync("data", "seal", "data.csv", "--as", "hospital");
        await cli.JsonAsync("app", "seal", "app.wasm", "--as", "lab");
        string data = Text(await cli.JsonAsync("data", "publish", "data.csv.sealed", "--policy", "data.policy", "--as", "hospital"), "asset");
        string app = Text(await cli.JsonAsync("app", "publish", "app.wasm.sealed", "--policy", "app.policy", "--as", "lab"), "asset");
        CliResult twice = await cli.RunAsync("app", "publish", "app.wasm.sealed", "--policy", "app.policy", "--as", "lab");
        Assert.Equal(3, twice.Exit);
        Assert.Contains("refused/asset-exists. [entry/refused]", twice.Error, StringComparison.Ordinal);

        // 2. The requester submits, by the first digits of ids, and follows the task.
        CliResult watched = await cli.RunAsync("task", "submit", "--app", app[..8], "--data", $"table.csv={data[..8]}", "--arg", "table.csv", "--fuel", "20000000000", "--output", "16384", "--as", "researcher", "--wait", "--timeout", "120");
        Assert.True(watched.Exit == 0, watched.Output + watched.Error);
        Assert.Contains("DEVELOPMENT NETWORK", watched.Output, StringComparison.Ordinal);
        Assert.Contains("(proof and seat checked)", watched.Output, StringComparison.Ordinal);
        Assert.Contains("receipt: the run ended ok", watched.Output, StringComparison.Ordinal);
        Assert.Contains("Time in each step:", watched.Output, StringComparison.Ordinal);
        string task = watched.Output.Split('\n')[0]["task  ".Length..];
        Assert.Equal(task, Text((await cli.JsonAsync("task", "list"))[0], "task"));
        Assert.Equal("task:completed", Text(await cli.JsonAsync("task", "show", task[..8]), "outcome"));
        CliResult lines = await cli.RunAsync("task", "watch", task[..8], "--json");
        Assert.Equal("ended", Text(JsonDocument.Parse(lines.Output.TrimEnd('\n').Split('\n')[^1]).RootElement, "event"));

        // 3. It fetches the result; nobody else can open it.
        JsonElement result = await cli.JsonAsync("result", "fetch", task, "--as", "researcher", "-o", "out");
        Assert.Equal("ok", Text(result, "run"));
        Assert.True(File.Exists(cli.In("out/model.json")));
        CliResult stranger = await cli.RunAsync("result", "fetch", task, "-o", "out2", "--as", "hospital");
        Assert.Equal(1, stranger.Exit);

        // 4. An auditor keeps a checkpoint, gets the bundle, and verifies it offline at every level.
        await cli.JsonAsync("ledger", "checkpoint", "-o", "mine.note");
        await cli.JsonAsync("receipt", "export", task, "-o", "full.receipt", "--checkpoint", "mine.note");
        await cli.JsonAsync("receipt", "export", task, "-o", "short.receipt", "--short");
        CliResult three = cli.Run("receipt", "verify", "full.receipt", "--network-id", id, "--checkpoint", "mine.note");
        Assert.True(three.Exit == 13, three.Output);
        Assert.StartsWith("FLAG development: ", three.Output, StringComparison.Ordinal);
        Assert.Contains("audit/level-3: ", three.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("valid", three.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(12, cli.Run("receipt", "verify", "full.receipt").Exit);
        Assert.Equal(11, cli.Run("receipt", "verify", "short.receipt").Exit);
        // A list that none of this device's vendors signed weakens nothing, and is said to have been of no use; other files are refused.
        cli.Write("today.crl", RevocationListPem());
        CliResult withList = cli.Run("receipt", "verify", "short.receipt", "--crl", "today.crl");
        Assert.Equal(11, withList.Exit);
        Assert.Contains("signed by none of this evidence's certificates", withList.Output, StringComparison.Ordinal);
        CliResult noList = cli.Run("receipt", "verify", "short.receipt", "--crl", "mine.note");
        Assert.Equal(1, noList.Exit);
        Assert.Contains("is no revocation list", noList.Error, StringComparison.Ordinal);
        Assert.Equal(5, cli.Run("receipt", "verify", "full.receipt", "--network-id", new string('0', 64)).Exit);
        await RealEvidenceCannotBeChangedAsync(cli);

        // So young a network has no signed state to begin from yet, and says so.
        CliResult young = await cli.RunAsync("state", "fetch");
        Assert.Equal(1, young.Exit);
        Assert.Contains("[state/no-quorum]", young.Error, StringComparison.Ordinal);
        Assert.Contains("4 of the 5 founding verifiers", young.Error, StringComparison.Ordinal);

        // 5. The ledger continues the checkpoint that was kept.
        Assert.Equal(0, (await cli.RunAsync("ledger", "checkpoint", "--since", "mine.note")).Exit);

        // 6. A verifier accuses another of a verdict that is right: the others look again, and it waits.
        await AccuseFalselyAsync(cli, lines.Output);
    }

    private static async Task AccuseFalselyAsync(CliFolder cli, string watched)
    {
        CliResult none = await cli.RunAsync("fault", "list");
        Assert.Equal((0, true), (none.Exit, none.Output.Contains("No faults, no bans.", StringComparison.Ordinal)));
        JsonElement verdict = watched.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).First(happened => Text(happened, "event") == "verdict");
        string position = verdict.GetProperty("position").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        (string[] Wrong, string What)[] refusals =
        [
            (["fault", "file", "--verdict", "0", "--verifier", "verifier-2"], "Entry 0 is no verdict. [cli/usage]"),
            (["fault", "file", "--verdict", "99999999", "--verifier", "verifier-2"], "The ledger has no entry 99999999. [cli/usage]"),
            (["fault", "file", "--verdict", position, "--charge", "boredom", "--verifier", "verifier-2"], "\"boredom\" is no charge. [cli/usage]"),
            (["fault", "file", "--verdict", position, "--verifier", "../verifier-2"], "has no node \"../verifier-2\". [cli/usage]"),
            (["fault", "file", "--verdict", position, "--as", "hospital"], "refused/unknown-node. [entry/refused]"),
            (["fault", "file", "--verdict", position, "--verdict", position, "--charge", "double-vote", "--verifier", "verifier-2"], "refused/exhibits-differ. [entry/refused]"),
            (["fault", "show", "123456"], "No accusation \"123456\" is on this ledger. [fault/unknown]"),
        ];
        foreach ((string[] wrong, string what) in refusals)
        {
            CliResult refused = await cli.RunAsync(wrong);
            Assert.NotEqual(0, refused.Exit);
            Assert.Contains(what, refused.Error, StringComparison.Ordinal);
        }
        JsonElement filed = await cli.JsonAsync("fault", "file", "--verdict", position, "--verifier", "verifier-2");
        Assert.False(filed.GetProperty("proven").GetBoolean());
        string id = Text(filed, "fault");
        for (int tries = 0; Text(await cli.JsonAsync("fault", "show", id[..8]), "standing") != "dismissed"; tries++)
        {
            Assert.True(tries < 300, "The accusation was not judged within a minute.");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
        Assert.Contains("standing   dismissed", (await cli.RunAsync("fault", "show", id)).Output, StringComparison.Ordinal);
        JsonElement list = await cli.JsonAsync("fault", "list");
        Assert.Equal(id, Text(list.GetProperty("faults")[0], "fault"));
        Assert.Equal(1, list.GetProperty("waitingAccusers")[0].GetProperty("notUpheld").GetInt32());
        Assert.Contains("1 not upheld", (await cli.RunAsync("fault", "list")).Output, StringComparison.Ordinal);
        CliResult again = await cli.RunAsync("fault", "file", "--verdict", position, "--charge", "appraisal-digest", "--verifier", "verifier-2");
        Assert.Equal(3, again.Exit);
        Assert.Contains("refused/accuser-cooldown. [entry/refused]", again.Error, StringComparison.Ordinal);
    }

    // In a short bundle nothing but the chip's and the enclave's own signatures stands against changes.
    private static string RevocationListPem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] list = new CertificateRevocationListBuilder().Build(
            new X500DistinguishedName("CN=Some vendor"), X509SignatureGenerator.CreateForECDsa(key), 1, DateTimeOffset.UnixEpoch.AddYears(100), HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([1]), DateTimeOffset.UnixEpoch);
        return PemEncoding.WriteString("X509 CRL", list);
    }

    private static async Task RealEvidenceCannotBeChangedAsync(CliFolder cli)
    {
        byte[] good = await File.ReadAllBytesAsync(cli.In("short.receipt"));
        for (int i = 0; i < 40; i++)
        {
            byte[] bad = [.. good];
            bad[RandomNumberGenerator.GetInt32(bad.Length - 32)] ^= 1;
            cli.Write("bad.receipt", "");
            await File.WriteAllBytesAsync(cli.In("bad.receipt"), bad);
            CliResult result = cli.Run("receipt", "verify", "bad.receipt", "--json");
            Assert.True(result.Exit == 5, result.Output);
        }
    }

    private static async Task WaitForNodesAsync(CliFolder cli, int count)
    {
        for (int tries = 0; tries < 300; tries++)
        {
            CliResult status = await cli.RunAsync("devnet", "status", "--json");
            if (status.Exit == 0 && JsonDocument.Parse(status.Output).RootElement.GetProperty("qualified").GetInt32() == count) return;
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
        Assert.Fail("The nodes did not qualify within a minute.");
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
