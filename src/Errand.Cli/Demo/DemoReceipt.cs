using Errand.Attestation;
using Errand.Client;
using Errand.Ledger;
using Errand.Node;
using Errand.Primitives;

namespace Errand.Cli;

/// <summary>The receipt of the demonstration's task: exported as a bundle and verified as an auditor would, from its bytes.</summary>
internal static class DemoReceipt
{
    public static async Task ShowAsync(DemoView view, ErrandClient client, DevelopmentNetwork network, TaskId task, CancellationToken cancellation)
    {
        SignedCheckpoint checkpoint = await client.SyncUnderCheckpointAsync(cancellation).ConfigureAwait(false) ?? throw new InvalidOperationException("The ledger has signed no checkpoint yet.");
        byte[] note = checkpoint.Note.ToBytes();
        byte[] bundle = await client.ExportAsync(task, withLog: true, note, cancellation).ConfigureAwait(false);
        string file = Path.Combine(network.Folder.Root, $"{task.Value.ToShortString()}.receipt");
        await File.WriteAllBytesAsync(file, bundle, cancellation).ConfigureAwait(false);
        view.Line("bundle", $"{file}, {bundle.Length} bytes");

        var trust = new AuditorTrust { Roots = TrustedRoots.Vendors, Appraiser = BundleAppraiser.Appraise, Network = client.Network, Checkpoint = note };
        AuditReport report = Auditor.Verify(bundle, trust);
        view.Line("audit", $"{report.Code.Code()}: {report.Code.Sentence()}");
        foreach (AuditFlag flag in report.Flags) view.Line("flag", flag.ToString());
        foreach (string shown in report.Shown) view.Line("shows", shown);
        foreach (string missing in report.NotShown) view.Line("not shown", missing);
        if (report.Level != 3) throw new ClientException(ClientError.LedgerTampered, $"The demonstration's receipt holds only at {report.Code.Code()}: {report.Detail}");
    }
}
