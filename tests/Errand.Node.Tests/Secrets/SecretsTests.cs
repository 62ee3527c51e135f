using System.Text;
using Errand.Client;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>What must not be found anywhere after a task: not in a file, not in a log at any level, not on the ledger.</summary>
[Collection(NetworkSuite.Name)]
public sealed class SecretsTests(SharedNetwork shared)
{
    [Fact]
    public async Task No_plaintext_and_no_key_is_in_files_logs_or_ledger()
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId app = await shared.AppAsync();
        AssetId data = await shared.DataAsync();
        TaskId task = await network.SubmitAsync(app, data, "table.csv");
        await network.EndedAsync(task);
        Assert.Equal(TaskOutcome.Completed, network.State.Tasks[task].Outcome);

        var secrets = new SecretSearch();
        secrets.AddParts("data", Samples.BreastCancer, 12, 40);
        secrets.AddParts("app", Samples.LogisticRegression, 6, 48);
        secrets.AddParts("result", network.OpenResult(task).Files[0].Content.Span, 4, 48);
        secrets.Add("passphrase", Encoding.ASCII.GetBytes("correct horse battery"));
        secrets.Add("recipient's key", network.RecipientSeed);
        secrets.Add("content key of the app", ContentKeyOf(network, "lab", app));
        secrets.Add("content key of the data", ContentKeyOf(network, "hospital", data));
        foreach (string party in new[] { "hospital", "lab", "researcher" })
        {
            Assert.True(network.Store(party).TryGetSecret("identity", out byte[] seeds));
            secrets.Add($"signing seed of {party}", seeds.AsSpan(0, SigningKey.SeedSize));
            secrets.Add($"VRF seed of {party}", seeds.AsSpan(SigningKey.SeedSize));
        }
        Assert.Equal(32 * 6, secrets.Count);

        Assert.Empty(secrets.InFolder(network.Folder.Root));
        Assert.Empty(secrets.In("the log", Encoding.UTF8.GetBytes(shared.Log.Text)));
        Assert.Empty(secrets.In("the ledger", [.. network.History.SelectMany(seen => seen.Entry.Bytes.ToArray())]));
        Assert.True(shared.Log.Has(" Trace "), "The log was kept at every level.");
    }

    [Fact]
    public async Task The_search_finds_what_is_there()
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId data = await shared.DataAsync();
        var known = new SecretSearch();
        known.AddParts("ciphertext", await File.ReadAllBytesAsync(network.FileOf(data)), 4, 40);
        Assert.Contains(known.InFolder(network.Folder.Root), found => found.StartsWith("ciphertext part 3 as bytes", StringComparison.Ordinal));

        // Each entry carries its signer's key, logs name content ids, and a planted secret is found in any form.
        known.Add("content id", network.State.Assets[data].Entry.Content.Value.ToArray());
        known.Add("entry's signer", network.Party("hospital").PublicKey.Value.ToArray());
        Assert.Contains("entry's signer as bytes in the ledger", known.In("the ledger", [.. network.History.SelectMany(seen => seen.Entry.Bytes.ToArray())]));
        Assert.Contains(known.InFolder(Path.GetDirectoryName(network.Folder.Ledger)!), found => found.Contains("entry's signer as bytes", StringComparison.Ordinal) && found.Contains("ledger.db", StringComparison.Ordinal));

        byte[] planted = Enumerable.Range(7, 32).Select(value => (byte)(value * 37 % 251)).ToArray();
        known.Add("planted", planted);
        foreach (string form in new[] { Convert.ToHexString(planted), Convert.ToHexStringLower(planted), Convert.ToBase64String(planted), Convert.ToBase64String([9, .. planted]), Convert.ToBase64String([9, 9, .. planted]) })
            Assert.Single(known.In("text", Encoding.ASCII.GetBytes($"before {form} after")));
        string file = Path.Combine(network.Folder.Root, "nodes", "planted.bin");
        await File.WriteAllBytesAsync(file, [1, 2, .. planted, 3]);
        Assert.Contains($"planted as bytes in {file}", known.InFolder(network.Folder.Root));
        File.Delete(file);
    }

    private static byte[] ContentKeyOf(RunningNetwork network, string party, AssetId asset)
    {
        Assert.True(network.Store(party).TryGetContentKey(network.State.Assets[asset].Entry.Content, out ContentKey? key));
        using (key)
        {
            var bytes = new byte[ContentKey.Size];
            key.DangerousExport(bytes);
            return bytes;
        }
    }
}
