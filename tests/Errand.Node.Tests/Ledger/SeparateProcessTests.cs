using Errand.Protocol;
using Errand.Primitives;

namespace Errand.Node.Tests;

/// <summary>The main job by seven processes with a real clock. Hosts of their own, each in a network namespace, run when asked for (-explicit only): they change the machine's network.</summary>
[Collection(NetworkSuite.Name)]
public sealed class SeparateProcessTests
{
    private const int Verifiers = 4, Patience = 240;

    [Fact]
    public async Task A_network_of_separate_processes_runs_the_main_job_though_one_witness_is_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Starts and kills processes by signal.");
        await RunAsync(hosts: null);
    }

    [Fact(Explicit = true)]
    public async Task A_network_of_separate_hosts_runs_the_main_job_though_one_witness_is_killed()
    {
        using Hosts? hosts = Hosts.TryCreate();
        Assert.SkipUnless(hosts is not null, "Network namespaces need root and iproute2 (ip).");
        await RunAsync(hosts);
    }

    private static async Task RunAsync(Hosts? hosts)
    {
        await using RunningNetwork network = RunningNetwork.Elsewhere();
        await network.PrepareAsync(Verifiers, executors: 1);
        var running = new List<PartProcess>();
        try
        {
            (string? space, string listen) = Place("ledger", 10);
            PartProcess ledger = await PartProcess.StartAsync(space, PartProcess.LedgerArgument, network.Folder.Root, listen);
            running.Add(ledger);
            string[] parts = [.. Enumerable.Range(1, Verifiers).Select(i => $"verifier-{i}"), "executor-1", "hospital,lab,researcher"];
            PartProcess[] started = await Task.WhenAll(parts.Select((name, i) =>
            {
                (string? within, string at) = Place($"p{i}", 20 + i);
                return PartProcess.StartAsync(within, PartProcess.PartArgument, network.Folder.Root, ledger.Address, at, name);
            }));
            running.AddRange(started);
            // Sealed apps travel: any part of the network gives them.
            network.Attach(started[Verifiers].Address, ledger.Address);
            await network.UntilAsync(state => state.Nodes.Count == Verifiers + 1 && state.Nodes.Values.All(node => node.Proven && node.KeyAt(state.Clock.Epoch) is not null), Patience);
            AssetId app = await network.PublishAsync("lab", AssetKind.App, Samples.LogisticRegression, "", Samples.Policy("app"));
            AssetId data = await network.PublishAsync("hospital", AssetKind.Data, Samples.BreastCancer, "hospital-campus", Samples.Policy("data"));
            await started[0].DisposeAsync();
            TaskId task = await network.SubmitAsync(app, data, "table.csv");
            await network.EndedAsync(task, Patience);
            Assert.Equal((TaskOutcome.Completed, TaskReason.None), (network.State.Tasks[task].Outcome, network.State.Tasks[task].Reason));
            Assert.Equal("model.json", Assert.Single(network.OpenResult(task).Files).Name);
        }
        finally
        {
            foreach (PartProcess part in running) await part.DisposeAsync();
        }

        (string? Space, string Address) Place(string name, int number)
        {
            if (hosts is null) return (null, "127.0.0.1");
            (string space, string address) = hosts.TryAdd(name, number) ?? throw new InvalidOperationException($"No namespace for {name}.");
            return (space, address);
        }
    }
}
