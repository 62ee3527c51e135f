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

    [Theory]
    [InlineData("seal")]
    [InlineData("reseal")]
    [InlineData("open")]
    public void Full_disk_is_said_and_leaves_nothing_half_done(string what)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        string clear = _temp.Write("data", new string('x', 200_000));
        SealedFileInfo info = AssetSealer.Seal(clear, _temp.In("data.sealed"), _store);
        // What is written to first, on a device without room.
        File.CreateSymbolicLink(_temp.In("out.part"), "/dev/full");
        ClientException full = AssertCode("file/disk-full", () =>
        {
            if (what == "seal") AssetSealer.Seal(clear, _temp.In("out"), _store);
            else if (what == "reseal") AssetSealer.Reseal(_temp.In("data.sealed"), _temp.In("out"), _store, info.ContentId);
            else AssetSealer.Open(_temp.In("data.sealed"), _temp.In("out"), _store, info.ContentId);
        });
        Assert.Contains(_temp.In("out"), full.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.In("out")));
        File.Delete(_temp.In("out.part"));
        // With room again the same command does it.
        AssetSealer.Seal(clear, _temp.In("out"), _store);
        Assert.Equal(info.PlaintextLength, AssetSealer.Verify(_temp.In("out")).PlaintextLength);
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

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public void Resealed_file_holds_the_same_under_a_new_key(int size)
    {
        string clear = _temp.Write("data", new string('x', size));
        SealedFileInfo old = AssetSealer.Seal(clear, _temp.In("data.sealed"), _store);
        SealedFileInfo info = AssetSealer.Reseal(_temp.In("data.sealed"), _temp.In("new.sealed"), _store, old.ContentId, workers: 2);
        Assert.NotEqual(old.ContentId, info.ContentId);
        Assert.Equal(old with { ContentId = info.ContentId }, info);
        AssetSealer.Open(_temp.In("new.sealed"), _temp.In("again"), _store, info.ContentId);
        Assert.Equal(File.ReadAllBytes(clear), File.ReadAllBytes(_temp.In("again")));
        Assert.True(_store.TryGetContentKey(old.ContentId, out ContentKey? before));
        Assert.True(_store.TryGetContentKey(info.ContentId, out ContentKey? after));
        using (before)
        using (after)
        {
            // The old key does not open the new file.
            byte[] bytes = File.ReadAllBytes(_temp.In("new.sealed"));
            Assert.Null(SealedFile.TryOpen(bytes, before, info.ContentId, out SealingFailure failure));
            Assert.Equal("key-commitment", failure.Code);
        }
    }

    [Theory]
    [InlineData("flipped", "chunk-tag at chunk 2")]
    [InlineData("cut", "truncated at chunk 3")]
    [InlineData("longer", "trailing-data at chunk 4")]
    [InlineData("swapped", "content-id at chunk 0")]
    public void Damaged_file_is_not_resealed_and_leaves_nothing(string damage, string words)
    {
        string clear = _temp.Write("data", new string('x', 4 * 65_536));
        SealedFileInfo info = AssetSealer.Seal(clear, _temp.In("data.sealed"), _store);
        byte[] bytes = File.ReadAllBytes(_temp.In("data.sealed"));
        int header = bytes.Length - 4 * (65_536 + 16);
        byte[] bad = damage switch
        {
            "flipped" => [.. bytes[..150_000], (byte)(bytes[150_000] ^ 1), .. bytes[150_001..]],
            "cut" => bytes[..^1],
            "longer" => [.. bytes, 0],
            "swapped" => [.. bytes[..header], .. bytes[(header + 65_552)..(header + 2 * 65_552)], .. bytes[header..(header + 65_552)], .. bytes[(header + 2 * 65_552)..]],
            _ => throw new ArgumentOutOfRangeException(nameof(damage)),
        };
        File.WriteAllBytes(_temp.In("data.sealed"), bad);
        ClientException wrong = AssertCode("file/not-sealed", () => AssetSealer.Reseal(_temp.In("data.sealed"), _temp.In("new.sealed"), _store, info.ContentId));
        Assert.True(wrong.Message.Contains(words, StringComparison.Ordinal), wrong.Message);
        Assert.False(File.Exists(_temp.In("new.sealed")));
        Assert.False(File.Exists(_temp.In("new.sealed.part")));
    }

    [Fact]
    public void Interrupted_seal_goes_on_to_a_file_that_opens_and_nothing_is_left_of_it()
    {
        string clear = _temp.Write("data", new string('x', 3_000_000)), target = _temp.In("data.sealed");
        (byte[] before, _) = Interrupt(clear, target, 1_000_000);
        SealedFileInfo info = AssetSealer.Seal(clear, target, _store, workers: 2);
        // What was there stays: the same key, the same salt.
        Assert.Equal(before, File.ReadAllBytes(target)[..before.Length]);
        AssetSealer.Open(target, _temp.In("again"), _store, info.ContentId);
        Assert.Equal(File.ReadAllBytes(clear), File.ReadAllBytes(_temp.In("again")));
        Assert.DoesNotContain(_store.Names, name => name.StartsWith("unfinished-", StringComparison.Ordinal));
        Assert.False(File.Exists(target + ".part"));
    }

    [Theory]
    [InlineData("clear file changed")]
    [InlineData("clear file touched")]
    [InlineData("torn")]
    [InlineData("another's")]
    [InlineData("empty")]
    [InlineData("key lost")]
    public void What_cannot_be_gone_on_with_is_sealed_anew_under_another_key(string how)
    {
        string clear = _temp.Write("data", new string('x', 3_000_000)), target = _temp.In("data.sealed"), part = target + ".part";
        (byte[] before, string name) = Interrupt(clear, target, 1_000_000);
        DateTime written = File.GetLastWriteTimeUtc(clear);
        switch (how)
        {
            case "clear file changed":
                // As long, and with the same time: the first chunks differ.
                File.WriteAllText(clear, "y" + new string('x', 2_999_999));
                File.SetLastWriteTimeUtc(clear, written);
                break;
            case "clear file touched": File.SetLastWriteTimeUtc(clear, written.AddSeconds(1)); break;
            case "torn": File.WriteAllBytes(part, [.. before[..500_000], .. new byte[before.Length - 500_000]]); break;
            case "another's": File.WriteAllBytes(part, new byte[before.Length]); break;
            case "empty": File.WriteAllBytes(part, []); break;
            default: _store.RemoveSecret(name); break;
        }
        SealedFileInfo info = AssetSealer.Seal(clear, target, _store);
        Assert.NotEqual(before[..300], File.ReadAllBytes(target)[..300]);
        AssetSealer.Open(target, _temp.In("again"), _store, info.ContentId);
        Assert.Equal(File.ReadAllBytes(clear), File.ReadAllBytes(_temp.In("again")));
        Assert.DoesNotContain(_store.Names, left => left.StartsWith("unfinished-", StringComparison.Ordinal));
    }

    [Fact]
    public void Seal_that_ended_just_before_its_file_had_its_name_is_finished()
    {
        string clear = _temp.Write("data", new string('x', 3_000_000)), target = _temp.In("data.sealed");
        (_, string name) = Interrupt(clear, target, 0);
        _store.TryGetSecret(name, out byte[] secret);
        SealedFileInfo info = AssetSealer.Seal(clear, target, _store);
        File.Move(target, target + ".part");
        _store.PutSecret(name, secret);
        Assert.Equal(info, AssetSealer.Seal(clear, target, _store));
        AssetSealer.Open(target, _temp.In("again"), _store, info.ContentId);
    }

    // Seals until so many bytes are done and is then ended, as by Ctrl-C. What was written, and the name of the key.
    private (byte[] Written, string Name) Interrupt(string clear, string target, long after)
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => AssetSealer.Seal(clear, target, _store, progress: new Stopper(after, stop), cancellation: stop.Token));
        Assert.False(File.Exists(target));
        byte[] written = File.ReadAllBytes(target + ".part");
        Assert.InRange(written.Length, 100, (int)new FileInfo(clear).Length + 1000);
        return (written, Assert.Single(_store.Names, name => name.StartsWith("unfinished-", StringComparison.Ordinal)));
    }

    private sealed class Stopper(long after, CancellationTokenSource stop) : IProgress<long>
    {
        public void Report(long value)
        {
            if (value >= after) stop.Cancel();
        }
    }

    private static ClientException AssertCode(string code, Action action)
    {
        ClientException wrong = Assert.Throws<ClientException>(action);
        Assert.Equal(code, wrong.Code);
        return wrong;
    }
}
