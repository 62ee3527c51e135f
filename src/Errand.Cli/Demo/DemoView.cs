using System.Globalization;
using Errand.Client;
using Errand.Node;
using Errand.Primitives;
using Errand.Protocol;
using Spectre.Console;

namespace Errand.Cli;

/// <summary>What the demonstration prints.</summary>
internal sealed class DemoView(IAnsiConsole console)
{
    private const int LabelWidth = 10;

    public void Title()
    {
        console.Write(new Rule("[bold]Errand[/]: leave your data there, I will send my app over").LeftJustified());
        console.MarkupLine("[yellow]DEVELOPMENT NETWORK[/]: hardware roots are development roots, and enclaves are ordinary processes or virtual machines.");
        console.MarkupLine("[yellow]Everything else on the way is the real thing; neither protects anything from whoever holds this machine.[/]");
    }

    public void Section(string text)
    {
        console.WriteLine();
        console.Write(new Rule($"[bold]{Markup.Escape(text)}[/]").LeftJustified());
    }

    public void Line(string label, string text) => console.MarkupLine($"  [blue]{Markup.Escape(label.PadRight(LabelWidth))}[/] {Markup.Escape(text)}");

    /// <summary>Every node with its machine and the votes on it.</summary>
    public void Nodes(NetworkState state, IReadOnlyDictionary<PublicKey, string> names, TrustHistory trust)
    {
        Table table = Grid("node", "key", "operator", "TPM endorsement key", "TEE chip", "Proof of Trust", "took");
        foreach (NodeState node in state.Nodes.Values.OrderBy(node => names.GetValueOrDefault(node.Id), StringComparer.Ordinal))
        {
            TrustHistory.Passed? passed = trust.ByNode.GetValueOrDefault(node.Id);
            table.AddRow(names.GetValueOrDefault(node.Id, "?"), Short(node.Id.Value), Short(node.Operator.Value), node.EkId is { } ek ? Short(ek) : "-",
                node.ChipId is { } chip ? Short(chip) : "-", passed is null ? "-" : $"{passed.Accepts} accept, {passed.Rejects} reject",
                passed is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{passed.Milliseconds / 1000.0:0.0} s"));
        }
        console.Write(table);
    }

    public void Asset(string owner, string what, DemoAsset asset, string place) => Line(owner,
        $"{(asset.New ? "seals and publishes" : "published before:")} {what}, {Bytes(asset.ClearBytes)} -> {Bytes(asset.SealedBytes)} sealed, asset {Short(asset.Id.Value)}, {place}");

    /// <summary>One step of a task as it happens.</summary>
    public void Event(TaskEvent happened, long startMilliseconds, IReadOnlyDictionary<PublicKey, string> names)
    {
        string who = happened.Who is { } key ? names.GetValueOrDefault(key, Short(key.Value)) : "";
        string? text = happened.Kind switch
        {
            TaskEventKind.Phase => happened.Phase switch
            {
                TaskPhase.Accepting => "submitted; the owners' key brokers look at their policies",
                TaskPhase.Drawing => "all owners accept; the draw waits for a beacon value that nobody can know yet",
                TaskPhase.Claiming => "the seed is drawn; executors beside the data claim with VRF tickets",
                TaskPhase.Attesting => $"attempt {happened.Attempt}: {who} holds the lowest ticket and makes an enclave",
                TaskPhase.Releasing => "a quorum approves: owners may release, the code owner first",
                TaskPhase.Running => "all keys are in the enclave; it decrypts and runs the app",
                TaskPhase.Serving => "the executor serves the sealed result",
                _ => null,
            },
            TaskEventKind.Accepted => $"{who} accepts (VRF proof checked)",
            TaskEventKind.Denied => $"{who} denies: {happened.Deny?.Sentence()}",
            TaskEventKind.Claimed => $"{who} claims",
            TaskEventKind.Evidence => $"{who} shows TEE evidence and a fresh TPM quote over it",
            TaskEventKind.Verdict => $"{who} {(happened.Accept == true ? "accepts" : "REJECTS")}, seat and VRF proof checked ({happened.Accepts} of {happened.AcceptsNeeded} accepts, {happened.Rejects} of {happened.RejectsNeeded} rejects)",
            TaskEventKind.Released => $"{who} releases its key, sealed to the enclave",
            TaskEventKind.Receipt => $"{who} hands in the enclave's receipt: {happened.Run}",
            TaskEventKind.AttemptFailed => $"attempt {happened.Attempt} fails: {happened.Reason.Sentence()}",
            TaskEventKind.Ended => happened.Outcome == TaskOutcome.Completed ? "completed; the enclave is destroyed" : $"{happened.Outcome}: {happened.Reason.Sentence()}",
            _ => null,
        };
        if (text is not null) Line(string.Create(CultureInfo.InvariantCulture, $"{(happened.AtMilliseconds - startMilliseconds) / 1000.0,7:0.000} s"), text);
    }

    /// <summary>How long each phase of a task took.</summary>
    public void Phases(TaskState task)
    {
        Table table = Grid("phase", "seconds");
        for (int i = 0; i + 1 < task.Steps.Count; i++)
            table.AddRow(task.Steps[i].Phase.ToString(), string.Create(CultureInfo.InvariantCulture, $"{(task.Steps[i + 1].AtMilliseconds - task.Steps[i].AtMilliseconds) / 1000.0:0.000}"));
        console.Write(table);
    }

    /// <summary>The bytes that crossed between parties.</summary>
    public void Traffic(TrafficMeter meter, long ledgerBytes)
    {
        Table table = Grid("what crossed", "bytes");
        long Of(string kind) => meter.Bytes.GetValueOrDefault(kind);
        table.AddRow("data, sealed or clear", Number(Of("sites")));
        table.AddRow("sealed apps to executors", Number(Of("files")));
        table.AddRow("keys, sealed to enclaves", Number(Of("releases")));
        table.AddRow("large results, sealed (small ones ride on the ledger)", Number(Of("results")));
        table.AddRow("TPM challenges", Number(Of("challenge")));
        table.AddRow("ledger entries, all of them, evidence included", Number(ledgerBytes));
        console.Write(table);
    }

    private static Table Grid(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in columns) table.AddColumn(column);
        return table;
    }

    private static string Short(Bytes32 value) => value.ToShortString();

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Bytes(long value) => value < 10_000 ? $"{value} B" : string.Create(CultureInfo.InvariantCulture, $"{value / 1000.0:0.0} kB");
}
