using System.CommandLine;
using Errand.Client;
using Errand.Cryptography;
using Errand.Node;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand operator</c>: what those who stand behind nodes sign. An operator's key is the identity of its key store.</summary>
internal static class OperatorCommands
{
    public static Command Build(CommandRunner runner)
    {
        var operators = new CliCommand("operator", "Vouch for nodes, and sponsor new operators.");
        var key = new Argument<string>("key") { Description = "The new operator's public key." };
        var listed = new Option<string?>("--listed") { Description = "Sign as the operator of this node of the development network here or above; else with your key store.", HelpName = "NODE" };
        var sponsor = new CliCommand("sponsor", "Sponsor a new operator, as a listed one.", "errand operator sponsor 4f…09", "errand operator sponsor 4f…09 --listed verifier-1") { key, listed };
        runner.Set(sponsor, (context, cancellation) => SponsorAsync(context, context.Get(key), context.Get(listed), cancellation));

        var node = new Argument<string>("node") { Description = "The node's public key, as errand node enrol prints it." };
        Option<string> role = NodeRoleOption.Create();
        var vouch = new CliCommand("vouch", "Sign that a node is yours, with your key store.", "errand operator vouch 90…ab --role verifier") { node, role };
        runner.Set(vouch, (context, cancellation) => VouchAsync(context, context.Get(node), NodeRoleOption.Parse(context.Get(role)), cancellation));
        operators.Add(sponsor);
        operators.Add(vouch);
        return operators;
    }

    private static async Task<ExitCode> SponsorAsync(CommandContext context, string newcomer, string? listed, CancellationToken cancellation)
    {
        var entry = new SponsorEntry { Operator = new PublicKey(Ids.Parse(newcomer, "public key")) };
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        using SigningKey key = OpenSponsor(context, listed);
        await client.MustPublishAsync(key, entry, cancellation).ConfigureAwait(false);
        OperatorState known = client.State.Operators[entry.Operator];
        if (context.Json) context.WriteJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("operator", newcomer);
            json.WriteString("sponsor", key.PublicKey.ToString());
            json.WriteBoolean("admitted", known.IsAdmitted);
            json.WriteEndObject();
        });
        else context.Line(known.IsAdmitted ? $"operator {newcomer} is admitted" : $"operator {newcomer} has {known.Sponsors.Count} of {client.State.Terms.Admission.Sponsors} sponsors");
        return ExitCode.Ok;
    }

    private static SigningKey OpenSponsor(CommandContext context, string? listed)
    {
        if (listed is not null)
        {
            DevelopmentFolder folder = context.RequireDevelopmentFolder();
            using Passphrase passphrase = DevelopmentPassphrase.Read(context, folder);
            return DevelopmentOperators.Open(folder, passphrase, listed);
        }
        using KeyStore store = context.OpenKeys();
        byte[] seeds = Identity.DangerousExportSeeds(store);
        try
        {
            return SigningKey.FromSeed(seeds.AsSpan(0, SigningKey.SeedSize));
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(seeds);
        }
    }

    private static async Task<ExitCode> VouchAsync(CommandContext context, string node, NodeRoles role, CancellationToken cancellation)
    {
        var id = new PublicKey(Ids.Parse(node, "public key"));
        using ErrandClient client = await context.ConnectAsync(cancellation).ConfigureAwait(false);
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        var signature = new byte[ProtocolSizes.Signature];
        identity.Key.Sign(RegisterEntry.VouchMessage(client.Network, id, role), signature);
        string vouch = Convert.ToHexStringLower(signature);
        if (context.Json) context.WriteJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("operator", identity.PublicKey.ToString());
            json.WriteString("node", node);
            json.WriteString("vouch", vouch);
            json.WriteEndObject();
        });
        else context.Line(vouch);
        return ExitCode.Ok;
    }
}
