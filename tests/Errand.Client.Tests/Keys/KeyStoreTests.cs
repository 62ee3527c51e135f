using System.Text;
using CsCheck;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Client.Tests;

public sealed class KeyStoreTests : IDisposable
{
    private const string Passphrase = "correct horse";
    private readonly TempFolder _temp = new();

    private string Folder => _temp.In("keys");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Secrets_come_back_from_a_store_opened_again()
    {
        using (KeyStore store = KeyStore.Create(Folder, Passphrase))
        {
            store.PutSecret("one", [1, 2, 3]);
            store.PutSecret("two", new byte[KeyStore.SecretSizeMax]);
        }
        using KeyStore again = KeyStore.Open(Folder, Passphrase);
        Assert.Equal(["one", "two"], again.Names);
        Assert.True(again.TryGetSecret("one", out byte[] secret));
        Assert.Equal([1, 2, 3], secret);
        Assert.False(again.TryGetSecret("three", out _));
    }

    [Theory]
    [InlineData("correct horsf")]
    [InlineData("")]
    [InlineData("correct horse ")]
    public void Wrong_passphrase_is_refused_with_its_code(string wrong)
    {
        KeyStore.Create(Folder, Passphrase).Dispose();
        AssertCode("keystore/wrong-passphrase", () => KeyStore.Open(Folder, wrong));
    }

    [Fact]
    public void Short_passphrase_missing_store_and_store_in_the_way_are_refused()
    {
        AssertCode("keystore/weak-passphrase", () => KeyStore.Create(Folder, "short"));
        AssertCode("keystore/missing", () => KeyStore.Open(Folder, Passphrase));
        KeyStore.Create(Folder, Passphrase).Dispose();
        AssertCode("keystore/exists", () => KeyStore.Create(Folder, Passphrase));
    }

    [Fact]
    public void Names_are_taken_once_and_nothing_is_overwritten()
    {
        using KeyStore store = KeyStore.Create(Folder, Passphrase);
        store.PutSecret("name", [1]);
        AssertCode("keystore/name-exists", () => store.PutSecret("name", [2]));
        Assert.True(store.TryGetSecret("name", out byte[] secret));
        Assert.Equal([1], secret);
        Assert.Single(store.Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("../outside")]
    [InlineData("a/b")]
    [InlineData("Upper")]
    [InlineData("null\0")]
    public void Other_names_are_refused(string name)
    {
        using KeyStore store = KeyStore.Create(Folder, Passphrase);
        Assert.Throws<ArgumentException>(() => store.PutSecret(name, [1]));
        Assert.False(store.TryGetSecret(name, out _));
    }

    [Fact]
    public void Sizes_hold_on_both_sides()
    {
        using KeyStore store = KeyStore.Create(Folder, Passphrase);
        Assert.Throws<ArgumentException>(() => store.PutSecret("empty", []));
        Assert.Throws<ArgumentException>(() => store.PutSecret("long", new byte[KeyStore.SecretSizeMax + 1]));
        Assert.Empty(store.Names);
    }

    [Fact]
    public void Any_flipped_byte_of_a_secret_is_found()
    {
        using KeyStore store = KeyStore.Create(Folder, Passphrase);
        store.PutSecret("name", [1, 2, 3, 4]);
        string file = Path.Combine(Folder, "name.secret");
        byte[] good = File.ReadAllBytes(file);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, change) =>
            {
                byte[] bad = [.. good];
                bad[at] ^= change;
                File.WriteAllBytes(file, bad);
                AssertCode("keystore/damaged", () => store.TryGetSecret("name", out _));
            },
            iter: 200,
            threads: 1);
        File.WriteAllBytes(file, good[..^1]);
        AssertCode("keystore/damaged", () => store.TryGetSecret("name", out _));
        File.WriteAllBytes(file, []);
        AssertCode("keystore/damaged", () => store.TryGetSecret("name", out _));
    }

    [Fact]
    public void Secrets_swapped_between_names_or_stores_do_not_open()
    {
        using KeyStore store = KeyStore.Create(Folder, Passphrase);
        store.PutSecret("one", [1]);
        store.PutSecret("two", [2]);
        File.Copy(Path.Combine(Folder, "one.secret"), Path.Combine(Folder, "two.secret"), overwrite: true);
        AssertCode("keystore/damaged", () => store.TryGetSecret("two", out _));

        using KeyStore other = KeyStore.Create(_temp.In("other"), Passphrase);
        File.Copy(Path.Combine(Folder, "one.secret"), _temp.In("other/one.secret"));
        AssertCode("keystore/damaged", () => other.TryGetSecret("one", out _));
    }

    [Theory]
    [InlineData("\"memoryKib\": 19456", "\"memoryKib\": 2000000000")]
    [InlineData("\"memoryKib\": 19456", "\"memoryKib\": 8")]
    [InlineData("\"passes\": 2", "\"passes\": 1000")]
    [InlineData("\"passes\": 2", "\"passes\": 2, \"passes\": 3")]
    [InlineData("argon2id", "scrypt")]
    [InlineData("{", "[")]
    public void Forged_parameters_are_refused_before_they_cost_anything(string from, string to)
    {
        KeyStore.Create(Folder, Passphrase).Dispose();
        string file = Path.Combine(Folder, "keystore.json");
        string forged = File.ReadAllText(file).Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(File.ReadAllText(file), forged);
        File.WriteAllText(file, forged);
        AssertCode("keystore/damaged", () => KeyStore.Open(Folder, Passphrase));
    }

    [Fact]
    public void Later_version_is_named()
    {
        KeyStore.Create(Folder, Passphrase).Dispose();
        string file = Path.Combine(Folder, "keystore.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal));
        AssertCode("keystore/version", () => KeyStore.Open(Folder, Passphrase));
    }

    [Fact]
    public void Folder_and_files_are_private_and_stores_open_to_others_are_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix file modes.");
            return;
        }
        using KeyStore store = KeyStore.Create(Folder, Passphrase);
        store.PutSecret("name", [1]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        foreach (string file in Directory.EnumerateFiles(Folder)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.SetUnixFileMode(Path.Combine(Folder, "name.secret"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        AssertCode("keystore/permissions", () => KeyStore.Open(Folder, Passphrase));
    }

    [Fact]
    public void No_secret_stands_in_any_file_or_message()
    {
        byte[] secret = Encoding.ASCII.GetBytes("a secret that can be searched for");
        using KeyStore store = KeyStore.Create(Folder, Passphrase);
        store.PutSecret("name", secret);
        foreach (string file in Directory.EnumerateFiles(Folder))
        {
            Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(secret) < 0);
            Assert.DoesNotContain(Passphrase, File.ReadAllText(file), StringComparison.Ordinal);
        }
        Assert.DoesNotContain(Passphrase, store.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Wiped_store_gives_nothing_more()
    {
        KeyStore store = KeyStore.Create(Folder, Passphrase);
        store.PutSecret("name", [1]);
        store.Dispose();
        Assert.Throws<ObjectDisposedException>(() => store.TryGetSecret("name", out _));
        Assert.Throws<ObjectDisposedException>(() => store.PutSecret("other", [1]));
    }

    [Fact]
    public void Identity_is_made_once_and_loads_with_the_same_keys()
    {
        using KeyStore store = KeyStore.Create(Folder, Passphrase);
        AssertCode("keystore/name-missing", () => Identity.Load(store));
        using Identity made = Identity.Create(store);
        using Identity loaded = Identity.Load(store);
        Assert.Equal(made.PublicKey, loaded.PublicKey);
        Assert.Equal(made.VrfKey.PublicKey, loaded.VrfKey.PublicKey);
        Assert.NotEqual(made.PublicKey.Value, made.VrfKey.PublicKey.Value);
        AssertCode("keystore/name-exists", () => Identity.Create(store));
    }

    [Fact]
    public void Content_and_recipient_keys_come_back()
    {
        using KeyStore store = KeyStore.Create(Folder, Passphrase);
        using var key = ContentKey.Generate();
        byte[] sealedFile = SealedFile.Seal("data"u8, key, null, out SealedFileInfo info);
        store.PutContentKey(info.ContentId, key);
        Assert.True(store.TryGetContentKey(info.ContentId, out ContentKey? loaded));
        using (loaded) Assert.Equal("data"u8.ToArray(), SealedFile.TryOpen(sealedFile, loaded, info.ContentId, out _));
        Assert.False(store.TryGetContentKey(new ContentId(new Bytes32(new byte[32])), out _));

        AssertCode("keystore/name-missing", () => store.LoadRecipientKey());
        using HpkePrivateKey made = store.CreateRecipientKey(HpkeSuite.Default);
        using HpkePrivateKey again = store.LoadRecipientKey();
        Assert.Equal(made.PublicKey, again.PublicKey);
    }

    [Fact]
    public void Passphrase_file_gives_its_first_line()
    {
        using (Passphrase read = Client.Passphrase.FromFile(_temp.Write("a", "correct horse\r\nmore\n"))) Assert.Equal(Passphrase, read.Characters.ToString());
        AssertCode("keystore/no-passphrase", () => Client.Passphrase.FromFile(_temp.Write("b", "\n")));
        AssertCode("keystore/no-passphrase", () => Client.Passphrase.FromFile(_temp.Write("c", new string('x', 5000))));
        AssertCode("keystore/no-passphrase", () => Client.Passphrase.FromFile(_temp.In("none")));
    }

    private static void AssertCode(string code, Action action) => Assert.Equal(code, Assert.Throws<ClientException>(action).Code);
}
