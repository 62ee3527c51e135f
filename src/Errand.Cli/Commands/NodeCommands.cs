using System.CommandLine;
using Errand.Client;
using Errand.Node;
using Errand.Platform;
using Errand.Protocol;
using Errand.Tpm;

namespace Errand.Cli;

/// <summary><c>errand node</c>: a node on this machine.</summary>
internal static class NodeCommands
{
    public static Command Build(CommandRunner runner)
    {
        var node = new CliCommand("node", "See what this machine can prove, make it a node, and run it.");
        var doctor = new CliCommand(
            "doctor", "Say what this machine can prove with its TPM, and with --network what a verifier of that network would say, check by check.",
            "errand node doctor", "errand node doctor --network genesis.cbor --issuers vendor-certificates", "errand node doctor --json");
        var device = new Option<string>("--device") { Description = "The TPM: a device, or swtpm's Unix socket.", HelpName = "PATH", DefaultValueFactory = _ => LinuxTpm.DefaultDevice };
        var log = new Option<string>("--log") { Description = "The firmware's event log.", HelpName = "FILE", DefaultValueFactory = _ => MeasurementLogs.FirmwareFile };
        var certificate = new Option<string?>("--ek-certificate") { Description = "The EK certificate, PEM or DER, if the TPM holds none.", HelpName = "FILE" };
        var issuers = new Option<string?>("--issuers") { Description = "Folder of the manufacturer's certificates, PEM or DER.", HelpName = "FOLDER" };
        var endorsement = new Option<string?>("--endorsement-value") { Description = "File with the authorisation value of the TPM's endorsement hierarchy, if it has one.", HelpName = "FILE" };
        foreach (Option option in (Option[])[device, log, certificate, issuers, endorsement]) doctor.Add(option);
        runner.Set(doctor, (context, cancellation) => DoctorAsync(context, context.Get(device), context.Get(log), context.Get(certificate), context.Get(issuers), context.Get(endorsement), cancellation));
        node.Add(doctor);
        node.Add(NodeEnrolCommand.Build(runner));
        node.Add(NodeRunCommands.BuildRun(runner));
        node.Add(NodeRunCommands.BuildRestore(runner));
        return node;
    }

    private static async Task<ExitCode> DoctorAsync(CommandContext context, string device, string log, string? certificate, string? issuers, string? endorsement, CancellationToken cancellation)
    {
        (Genesis? genesis, NetworkState? state) = await FindNetworkAsync(context, cancellation).ConfigureAwait(false);
        MachineReport report = await MachineDoctor.ExamineAsync(new MachineDoctorOptions
        {
            Device = context.Environment.At(device),
            EventLogFile = context.Environment.At(log),
            EkCertificate = certificate is null ? (ReadOnlyMemory<byte>?)null : CertificateFiles.Read(context.Environment.At(certificate)),
            IssuerCertificates = issuers is null ? [] : CertificateFiles.ReadFolder(context.Environment.At(issuers)),
            EndorsementValue = endorsement is null ? default(ReadOnlyMemory<byte>) : await File.ReadAllBytesAsync(context.Environment.At(endorsement), cancellation).ConfigureAwait(false),
            Genesis = genesis,
            State = state,
        }, context.Environment.Time, cancellation).ConfigureAwait(false);
        DoctorPrinter.Print(context, report, genesis);
        if (report.IsFit) return ExitCode.Ok;
        return report.Verdict is { Accepted: false } ? ExitCode.Refused : ExitCode.Failed;
    }

    // A genesis document, or a network that serves one. Only what the user names here counts: without it the machine alone is looked at.
    private static async Task<(Genesis?, NetworkState?)> FindNetworkAsync(CommandContext context, CancellationToken cancellation)
    {
        if (context.NamedNetwork is not { } named) return (null, null);
        string file = context.Environment.At(named);
        if (File.Exists(file))
        {
            GenesisError error = Genesis.TryDecode(await File.ReadAllBytesAsync(file, cancellation).ConfigureAwait(false), out Genesis? genesis);
            return genesis is not null ? (genesis, null) : throw new ClientException(ClientError.NetworkUnknown, $"{file} is no genesis ({error}).", "Name a genesis document or the URL of a network.");
        }
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        return (client.Genesis, client.State);
    }
}
