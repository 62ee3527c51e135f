using System.CommandLine;
using Errand.Client;
using Errand.Node;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand node enrol</c>: makes this machine a node.</summary>
internal static class NodeEnrolCommand
{
    private const string DefaultState = "node";

    /// <summary><c>--state</c>: the node's folder.</summary>
    public static Option<string> State() => new("--state") { Description = "The node's folder.", HelpName = "FOLDER", DefaultValueFactory = _ => DefaultState };

    public static Command Build(CommandRunner runner)
    {
        Option<string> state = State();
        Option<string> role = NodeRoleOption.Create();
        var owner = new Option<string?>("--operator") { Description = "The operator's public key, which then vouches elsewhere; else your key store is the operator.", HelpName = "KEY" };
        var tpm = new Option<string>("--tpm") { Description = "The TPM: a device, unix:PATH (a swtpm that runs), or swtpm:FOLDER (one that the node starts).", HelpName = "TPM", DefaultValueFactory = _ => Tpm.LinuxTpm.DefaultDevice };
        var authority = new Option<string?>("--swtpm-authority") { Description = "Folder of the authority that certifies swtpm:FOLDER.", HelpName = "FOLDER" };
        var log = new Option<string>("--log") { Description = "The firmware's event log.", HelpName = "FILE", DefaultValueFactory = _ => Platform.MeasurementLogs.FirmwareFile };
        var ima = new Option<string?>("--ima-list") { Description = $"Offer the kernel's measurement list too, mostly {Platform.MeasurementLogs.ImaFile}. It names files, on the ledger, for ever.", HelpName = "FILE" };
        var certificate = new Option<string?>("--ek-certificate") { Description = "The EK certificate, PEM or DER, if the TPM holds none.", HelpName = "FILE" };
        var issuers = new Option<string?>("--issuers") { Description = "Folder of the manufacturer's certificates, PEM or DER.", HelpName = "FOLDER" };
        var endorsement = new Option<string?>("--endorsement-value") { Description = "File with the authorisation value of the TPM's endorsement hierarchy, if it has one.", HelpName = "FILE" };
        var recovery = new Option<string?>("--recovery") { Description = "Key store for the day when the TPM no longer opens the keys; made if it is not there. Keep it elsewhere.", HelpName = "FOLDER" };
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 takes any.", HelpName = "N" };
        var endpoint = new Option<string?>("--endpoint") { Description = "URL under which others reach that port.", HelpName = "URL" };
        var site = new Option<string>("--site") { Description = "The site that the node claims.", HelpName = "NAME", DefaultValueFactory = _ => "anywhere" };
        var jurisdiction = new Option<string>("--jurisdiction") { Description = "The jurisdiction that it claims.", HelpName = "NAME", DefaultValueFactory = _ => "development" };
        var data = new Option<string?>("--data") { Description = "An executor's folder of sealed data.", HelpName = "FOLDER" };
        var development = new Option<string?>("--development-tee") { Description = "An executor's development network, whose vendor makes its processor.", HelpName = "FOLDER" };
        var tee = new Option<string?>("--tee") { Description = "What closes an executor's machines to this host: sev-snp or tdx.", HelpName = "KIND" };
        tee.AcceptOnlyFromAmong(NodeMachines.SevSnp, NodeMachines.Tdx);
        var image = new Option<string?>("--image") { Description = "The image that an executor's machines boot; with --development-tee they are ordinary ones.", HelpName = "FOLDER" };
        var firmware = new Option<string?>("--firmware") { Description = "Their firmware: OVMF's AmdSev or IntelTdx build.", HelpName = "FILE" };
        var collateral = new Option<string?>("--collateral") { Description = "For TDX, the folder where you keep Intel's collateral for this platform.", HelpName = "FOLDER" };
        var memory = new Option<int?>("--memory") { Description = "Memory of a machine, a part of what is measured.", HelpName = "MIB" };
        var enrol = new CliCommand("enrol", "Make this machine a node: see that the network takes it, make its keys, and seal them to the TPM.",
            "errand node enrol --network http://10.0.0.7:4100 --role verifier", "errand node enrol --role verifier --tpm swtpm:tpm --swtpm-authority .errand/devnet/keys/swtpm --recovery /media/key/node");
        foreach (Option option in (Option[])[state, role, owner, tpm, authority, log, ima, certificate, issuers, endorsement, recovery, port, endpoint, site, jurisdiction, data, development, tee, image, firmware, collateral, memory]) enrol.Add(option);
        runner.Set(enrol, async (context, cancellation) =>
        {
            string? At(string? path) => path is null ? null : context.Environment.At(path);
            NodeMachines? machines = context.Get(image) is { } folderOfImage
                ? new NodeMachines { Tee = context.Get(tee) ?? NodeMachines.Development, Image = At(folderOfImage)!, Firmware = At(context.Get(firmware)), Collateral = At(context.Get(collateral)), MemoryMiB = context.Get(memory) }
                : null;
            if (machines is null && new[] { tee, firmware, collateral }.Any(option => context.Get(option) is not null)) throw new ClientException(ClientError.Usage, "--tee, --firmware and --collateral are of virtual machines.", "Name the image that they boot: --image artifacts/image.");
            (Uri address, NetworkId? expected) = context.FindNetwork();
            using KeyStore? operatorStore = context.Get(owner) is null ? context.OpenKeys() : null;
            using Identity? operatorKeys = operatorStore is null ? null : Identity.Load(operatorStore);
            using Passphrase? passphrase = context.Get(recovery) is null ? null : context.ReadPassphrase(create: true);
            var folder = new NodeFolder(context.Environment.At(context.Get(state)));
            NodeFile file = await NodeEnrolment.RunAsync(new EnrolmentOptions
            {
                Folder = folder,
                Network = address,
                Expected = expected,
                Role = NodeRoleOption.Parse(context.Get(role)),
                Operator = operatorKeys?.PublicKey ?? new PublicKey(Ids.Parse(context.Get(owner)!, "public key")),
                OperatorKey = operatorKeys?.Key,
                Tpm = new NodeTpmPlace { Address = context.Get(tpm), EventLogFile = context.Get(log), ImaFile = context.Get(ima), EkCertificateFile = context.Get(certificate), IssuersFolder = context.Get(issuers), EndorsementValueFile = context.Get(endorsement), SwtpmAuthorityFolder = context.Get(authority) }.At(context.Environment.At),
                RecoveryFolder = At(context.Get(recovery)),
                RecoveryPassphrase = passphrase,
                Port = context.Get(port),
                Endpoint = context.Get(endpoint),
                Site = context.Get(site),
                Jurisdiction = context.Get(jurisdiction),
                DataFolder = At(context.Get(data)),
                DevelopmentTee = At(context.Get(development)),
                Machines = machines,
            }, context.Environment.Time, cancellation).ConfigureAwait(false);
            Print(context, folder, file, passphrase is not null);
            return ExitCode.Ok;
        });
        return enrol;
    }

    private static void Print(CommandContext context, NodeFolder folder, NodeFile file, bool recoverable)
    {
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("folder", folder.Root);
                json.WriteString("node", file.Node);
                json.WriteString("role", file.Role);
                json.WriteString("operator", file.Operator);
                json.WriteBoolean("vouched", file.Vouch is not null);
                json.WriteString("endpoint", file.Endpoint);
                json.WriteBoolean("recoverable", recoverable);
                json.WriteEndObject();
            });
            return;
        }
        context.Line($"node      {file.Node}  ({file.Role})");
        context.Line($"operator  {file.Operator}");
        context.Line($"folder    {folder.Root}");
        context.Line("keys      sealed to this TPM and to what was booted (PCRs 0, 4, 7)");
        if (!recoverable) context.Line("          Without --recovery nothing opens them after a change of firmware: the node would have to be enrolled as a new one.");
        if (file.Vouch is null) context.Line($"next      the operator runs: errand operator vouch {file.Node} --role {file.Role}");
        context.Line($"next      errand node run --state {folder.Root}{(file.Vouch is null ? " --vouch WHAT-IT-PRINTED" : "")}");
    }
}
