using System.CommandLine;
using System.Globalization;
using Errand.Client;
using Errand.Cryptography;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>errand keys</c>: a participant's key store.</summary>
internal static class KeysCommands
{
    public static Command Build(CommandRunner runner)
    {
        var keys = new CliCommand("keys", "Make and show the keys of an owner, a requester or an auditor.");
        var create = new CliCommand("new", "Make a key store with an identity and a key to which results are sealed.", "errand keys new", "errand keys new --keys hospital/keys --passphrase-file secret.txt");
        var classic = new Option<bool>("--x25519") { Description = "Make the recipient key of X25519 alone, without ML-KEM: shorter, not safe against quantum computers." };
        create.Add(classic);
        runner.Set(create, context => Create(context, context.Get(classic)));
        var show = new CliCommand("show", "Show the public keys and the names of what is kept.", "errand keys show --json");
        runner.Set(show, Show);
        keys.Add(create);
        keys.Add(show);
        return keys;
    }

    private static ExitCode Create(CommandContext context, bool classic)
    {
        using Passphrase passphrase = context.ReadPassphrase(create: true);
        using KeyStore store = KeyStore.Create(context.KeyFolder, passphrase.Characters);
        using Identity identity = Identity.Create(store);
        using HpkePrivateKey recipient = store.CreateRecipientKey(classic ? HpkeSuite.Create(HpkeKem.X25519HkdfSha256, HpkeAead.Aes256Gcm) : HpkeSuite.Default);
        Print(context, store, identity, recipient);
        return ExitCode.Ok;
    }

    private static ExitCode Show(CommandContext context)
    {
        using KeyStore store = context.OpenKeys();
        using Identity identity = Identity.Load(store);
        using HpkePrivateKey recipient = store.LoadOrCreateRecipientKey();
        Print(context, store, identity, recipient);
        return ExitCode.Ok;
    }

    private static void Print(CommandContext context, KeyStore store, Identity identity, HpkePrivateKey recipient)
    {
        byte[] key = recipient.PublicKey.Encode();
        string digest = OwnerPolicy.RecipientDigest(key).ToString();
        int contents = store.Names.Count(name => name.StartsWith("content-", StringComparison.Ordinal));
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("folder", store.Folder);
                json.WriteString("publicKey", identity.PublicKey.ToString());
                json.WriteString("vrfKey", identity.VrfKey.PublicKey.ToString());
                json.WriteString("recipientSuite", recipient.PublicKey.Suite.ToString());
                json.WriteString("recipientDigest", digest);
                json.WriteString("recipientKey", Convert.ToHexStringLower(key));
                json.WriteNumber("contentKeys", contents);
                json.WriteEndObject();
            });
            return;
        }
        context.Line($"folder      {store.Folder}");
        context.Line($"public key  {identity.PublicKey}");
        context.Line($"VRF key     {identity.VrfKey.PublicKey}");
        context.Line($"recipient   {digest}  (SHA-256, for policies; {recipient.PublicKey.Suite})");
        context.Line(string.Create(CultureInfo.InvariantCulture, $"content     {contents} key(s)"));
    }
}
