using Errand.Cryptography;

namespace Errand.Client.Tests;

public sealed class AssetSealerTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly KeyStore _store;

    public AssetSealerTests() => _store = KeyStore.Create(_temp.In("keys"), "correct horse");

    public void Dispose()
    {
        _store.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void Sealed_file_verifies_and_opens_with_the_key_in_the_store()
    {
        string clear = _temp.Write("data", new string('x', 200_000));
        SealedFileInfo info = AssetSealer.Seal(clear, _temp.In("data.sealed"), _store, workers: 2);
        Assert.Equal(info, AssetSealer.Verify(_temp.In("data.sealed"), info.ContentId));
        AssetSealer.Open(_temp.In("data.sealed"), _temp.In("again"), _store, info.ContentId);
        Assert.Equal(File.ReadAllBytes(clear), File.ReadAllBytes(_temp.In("again")));
        Assert.Equal(4, Directory.GetFileSystemEntries(_temp.Path).Length);
    }

    [Fact]
    public void Nothing_is_overwritten_and_missing_files_are_named()
    {
        string clear = _temp.Write("data", "x");
        AssertCode("file/exists", () => AssetSealer.Seal(clear, clear, _store));
        AssertCode("file/missing", () => AssetSealer.Seal(_temp.In("none"), _temp.In("out"), _store));
        SealedFileInfo info = AssetSealer.Seal(clear, _temp.In("data.sealed"), _store);
        AssertCode("file/exists", () => AssetSealer.Open(_temp.In("data.sealed"), clear, _store, info.ContentId));
        Assert.Equal("x", File.ReadAllText(clear));
    }

    [Fact]
    public void Damage_is_named_with_its_chunk_and_leaves_no_clear_file()
    {
        string clear = _temp.Write("data", new string('x', 200_000));
        SealedFileInfo info = AssetSealer.Seal(clear, _temp.In("data.sealed"), _store);
        byte[] bytes = File.ReadAllBytes(_temp.In("data.sealed"));
        bytes[150_000] ^= 1;
        File.WriteAllBytes(_temp.In("data.sealed"), bytes);
        AssertCode("file/not-sealed", () => AssetSealer.Verify(_temp.In("data.sealed"), info.ContentId));
        ClientException opened = AssertCode("file/not-sealed", () => AssetSealer.Open(_temp.In("data.sealed"), _temp.In("again"), _store, info.ContentId));
        Assert.Contains("chunk-tag at chunk 2", opened.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.In("again")));
        Assert.False(File.Exists(_temp.In("again.part")));
    }

    [Fact]
    public void File_that_is_not_sealed_and_key_that_is_not_there_are_refused()
    {
        AssertCode("file/not-sealed", () => AssetSealer.Verify(_temp.Write("plain", "hello")));
        SealedFileInfo info = AssetSealer.Seal(_temp.In("plain"), _temp.In("plain.sealed"), _store);
        using KeyStore other = KeyStore.Create(_temp.In("other"), "correct horse");
        AssertCode("keystore/name-missing", () => AssetSealer.Open(_temp.In("plain.sealed"), _temp.In("again"), other, info.ContentId));
    }

    private static ClientException AssertCode(string code, Action action)
    {
        ClientException wrong = Assert.Throws<ClientException>(action);
        Assert.Equal(code, wrong.Code);
        return wrong;
    }
}
