using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Errand.Attestation;
using Errand.Client;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Cli;

/// <summary><c>errand receipt</c>: export receipt bundles and verify them offline.</summary>
internal static class ReceiptCommands
{
    public static Command Build(CommandRunner runner)
    {
        var receipt = new CliCommand("receipt", "Export a task's receipt bundle, and verify bundles offline.");
        receipt.Add(Export(runner));
        receipt.Add(Verify(runner));
        return receipt;
    }

    private static CliCommand Export(CommandRunner runner)
    {
        var export = new CliCommand("export", "Write all that a task's receipt stands on into one file.", "errand receipt export 4f1c9a -o task.receipt", "errand receipt export 4f1c9a -o task.receipt --checkpoint mine.note");
        var id = new Argument<string>("id") { Description = "The task's id, or its first digits." };
        var output = new Option<string>("--output", "-o") { Description = "The bundle; must not exist.", HelpName = "FILE", Required = true };
        var brief = new Option<bool>("--short") { Description = "Leave the log out: the bundle then shows level 1 only, and proofs that its entries are in the log." };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Prove the log against this signed checkpoint; else against the ledger's newest.", HelpName = "FILE" };
        export.Add(id);
        export.Add(output);
        export.Add(brief);
        export.Add(checkpoint);
        runner.Set(export, (context, cancellation) => ExportAsync(
            context, context.Get(id), context.Environment.At(context.Get(output)), context.Get(brief), context.Get(checkpoint), cancellation));
        return export;
    }

    private static CliCommand Verify(CommandRunner runner)
    {
        var verify = new CliCommand(
            "verify", "Verify a bundle offline: print the level at which it holds, and what that does not show.",
            "errand receipt verify task.receipt", "errand receipt verify task.receipt --network-id 91be… --checkpoint mine.note",
            "errand receipt verify task.receipt --crl today.crl");
        var file = new Argument<string>("file") { Description = "The bundle." };
        var network = new Option<string?>("--network-id") { Description = "The network it must be of.", HelpName = "ID" };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "A signed checkpoint of the ledger that you have from elsewhere and trust.", HelpName = "FILE" };
        var lists = new Option<string[]>("--crl") { Description = "A vendor's revocation list, DER or PEM: flags devices revoked since. May be given several times.", HelpName = "FILE" };
        verify.Add(file);
        verify.Add(network);
        verify.Add(checkpoint);
        verify.Add(lists);
        runner.Set(verify, context => Verify(context, context.Path(file), context.Get(network), context.Get(checkpoint), context.Get(lists) ?? []));
        return verify;
    }

    private static async Task<ExitCode> ExportAsync(CommandContext context, string id, string file, bool brief, string? checkpointFile, CancellationToken cancellation)
    {
        if (Path.Exists(file)) throw new ClientException(ClientError.FileExists, $"{file} exists.");
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        SignedCheckpoint? newest = await client.SyncUnderCheckpointAsync(cancellation).ConfigureAwait(false);
        TaskId task = TaskActions.Resolve(client, id);
        byte[]? note = checkpointFile is null ? newest?.Note.ToBytes() : await File.ReadAllBytesAsync(context.Environment.At(checkpointFile), cancellation).ConfigureAwait(false);
        byte[] bundle = await client.ExportAsync(task, !brief, note is null ? (ReadOnlyMemory<byte>?)null : note, cancellation).ConfigureAwait(false);
        await File.WriteAllBytesAsync(file, bundle, cancellation).ConfigureAwait(false);
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", file);
                json.WriteString("task", task.ToString());
                json.WriteString("network", client.Network.ToString());
                json.WriteNumber("bytes", bundle.Length);
                json.WriteEndObject();
            });
        }
        else
        {
            context.Line($"{file}: {bundle.Length} bytes, task {task}");
            context.Line($"verify it with: errand receipt verify {file} --network-id {client.Network}");
        }
        return ExitCode.Ok;
    }

    private static ExitCode Verify(CommandContext context, string file, string? network, string? checkpointFile, IReadOnlyList<string> revocationLists)
    {
        if (!File.Exists(file)) throw new ClientException(ClientError.FileMissing, $"There is no file {file}.");
        if (new FileInfo(file).Length > BundleExporter.SizeBytesMax) throw new ClientException(ClientError.FileUnreadable, $"{file} is longer than a bundle.");
        var trust = new AuditorTrust
        {
            Roots = TrustedRoots.Vendors,
            Appraiser = BundleAppraiser.Appraise,
            Network = network is null ? null : new NetworkId(Ids.Parse(network, "network id")),
            Checkpoint = checkpointFile is null ? (ReadOnlyMemory<byte>?)null : File.ReadAllBytes(context.Environment.At(checkpointFile)),
            RevocationLists = [.. revocationLists.Select(list => ReadRevocationList(context.Environment.At(list)))],
        };
        AuditReport report = Auditor.Verify(File.ReadAllBytes(file), trust);
        AuditPrinter.Print(context, report);
        return AuditPrinter.ExitOf(report);
    }

    private static CertificateRevocationList ReadRevocationList(string file)
    {
        if (!File.Exists(file)) throw new ClientException(ClientError.FileMissing, $"There is no file {file}.");
        // PEM is a third longer than DER.
        byte[] bytes = new FileInfo(file).Length <= 2 * CertificateRevocationList.SizeMax ? File.ReadAllBytes(file) : [];
        string text = Encoding.ASCII.GetString(bytes);
        if (PemEncoding.TryFind(text, out PemFields pem) && text[pem.Label] == "X509 CRL") bytes = Convert.FromBase64String(text[pem.Base64Data]);
        return CertificateRevocationList.TryParse(bytes)
            ?? throw new ClientException(ClientError.FileUnreadable, $"{file} is no revocation list (X.509 CRL version 2, DER or PEM). Fetch it again from the vendor.");
    }
}
