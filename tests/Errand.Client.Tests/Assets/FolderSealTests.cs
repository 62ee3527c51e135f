using CsCheck;
using Errand.Cryptography;

namespace Errand.Client.Tests;

public sealed class FolderSealTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly KeyStore _store;

    public FolderSealTests() => _store = KeyStore.Create(_temp.In("keys"), "correct horse battery");

    public void Dispose()
    {
        _store.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void Any_folder_comes_back_as_it_was() => Gen.Select(Gen.String[Gen.Char["ab.é"], 1, 3].Where(name => name is not ("." or "..")).Array[1, 4], Gen.Byte.Array[0, 20_000])
        .Select((names, content) => (Path: string.Join('/', names), Content: content)).Array[1, 8].Sample(files =>
        {
            string folder = _temp.In(Guid(files)), target = folder + ".sealed", again = folder + ".again";
            foreach ((string path, byte[] content) in files)
            {
                string file = Path.Combine(folder, path);
                // Where a file stands already no folder can be, and the other way round.
                if (Path.Exists(file) || Enumerable.Range(1, path.Count(letter => letter == '/')).Any(depth => File.Exists(Path.Combine(folder, string.Join('/', path.Split('/')[..depth]))))) continue;
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, content);
            }
            Directory.CreateDirectory(Path.Combine(folder, "nothing"));
            SealedFileInfo info = AssetSealer.Seal(folder, target, _store, workers: 2);
            Assert.True(info.IsFolder);
            Assert.Equal(info, AssetSealer.Verify(target));
            AssetSealer.Open(target, again, _store, info.ContentId);
            AssertSame(folder, again);
            Assert.False(Path.Exists(again + ".part"));
            foreach (string made in new[] { folder, again }) Directory.Delete(made, recursive: true);
            File.Delete(target);
        }, iter: 30);

    [Fact]
    public void Resealed_folder_stays_one()
    {
        SealedFileInfo old = AssetSealer.Seal(Make("scans"), _temp.In("scans.sealed"), _store);
        SealedFileInfo info = AssetSealer.Reseal(_temp.In("scans.sealed"), _temp.In("new.sealed"), _store, old.ContentId);
        Assert.True(info.IsFolder);
        AssetSealer.Open(_temp.In("new.sealed"), _temp.In("again"), _store, info.ContentId);
        AssertSame(_temp.In("scans"), _temp.In("again"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(400_000)]
    public void Interrupted_seal_goes_on_with_the_same_key_and_a_changed_folder_does_not(long after)
    {
        string folder = Make("scans"), target = _temp.In("scans.sealed");
        Interrupt(folder, target, after);
        byte[] left = File.ReadAllBytes(target + ".part");
        SealedFileInfo info = AssetSealer.Seal(folder, target, _store);
        byte[] whole = File.ReadAllBytes(target);
        Assert.Equal(left.AsSpan(0, Math.Min(left.Length, 60_000)).ToArray(), whole.AsSpan(0, Math.Min(left.Length, 60_000)).ToArray());
        AssetSealer.Open(target, _temp.In("again"), _store, info.ContentId);
        AssertSame(folder, _temp.In("again"));

        string second = _temp.In("second.sealed");
        Interrupt(folder, second, after);
        left = File.ReadAllBytes(second + ".part");
        string file = Path.Combine(folder, "b", "two.raw");
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(-5));
        AssetSealer.Seal(folder, second, _store);
        Assert.NotEqual(left.AsSpan(0, 100).ToArray(), File.ReadAllBytes(second).AsSpan(0, 100).ToArray());
    }

    [Theory]
    [InlineData("link", "is a link")]
    [InlineData("link to a folder", "is a link")]
    [InlineData("pipe", "is no file")]
    [InlineData("deep", "deeper than 8")]
    [InlineData("control", "other characters")]
    [InlineData("empty", "nothing in it")]
    public void What_cannot_be_sealed_is_named(string what, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Such files are of Unix.");
        string folder = what == "empty" ? Directory.CreateDirectory(_temp.In("none")).FullName : Make("scans"), odd = Path.Combine(folder, "odd");
        switch (what)
        {
            case "link": File.CreateSymbolicLink(odd, Path.Combine(folder, "a.csv")); break;
            case "link to a folder": Directory.CreateSymbolicLink(odd, Path.Combine(folder, "b")); break;
            case "pipe": using (System.Diagnostics.Process made = System.Diagnostics.Process.Start("mkfifo", odd)) made.WaitForExit(); break;
            case "deep": Directory.CreateDirectory(Path.Combine(folder, "1/2/3/4/5/6/7/8/9")); break;
            case "control": File.WriteAllText(odd + "\n", ""); break;
            default: break;
        }
        ClientException refused = Assert.Throws<ClientException>(() => AssetSealer.Seal(folder, _temp.In("out.sealed"), _store));
        Assert.Equal("file/folder", refused.Code);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(_temp.In("out.sealed")) || Path.Exists(_temp.In("out.sealed.part")));
    }

    [Theory]
    [InlineData("longer")]
    [InlineData("shorter")]
    [InlineData("gone")]
    public void File_that_changes_meanwhile_is_named_and_the_seal_begins_anew(string how)
    {
        string folder = Make("scans"), target = _temp.In("scans.sealed"), file = Path.Combine(folder, "b", "two.raw");
        byte[] content = File.ReadAllBytes(file);
        bool changed = false;
        // Before the first group of chunks is told of, the second file has not been reached.
        var progress = new Changer(() =>
        {
            if (changed) return;
            changed = true;
            if (how == "gone") File.Delete(file);
            else File.WriteAllBytes(file, how == "longer" ? [.. content, 1] : content[..^1]);
        });
        ClientException refused = Assert.Throws<ClientException>(() => AssetSealer.Seal(folder, target, _store, progress: progress));
        Assert.Contains("two.raw", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(target));
        SealedFileInfo info = AssetSealer.Seal(folder, target, _store);
        AssetSealer.Open(target, _temp.In("again"), _store, info.ContentId);
        AssertSame(folder, _temp.In("again"));
    }

    [Fact]
    public void Damaged_folder_leaves_nothing_behind()
    {
        SealedFileInfo info = AssetSealer.Seal(Make("scans"), _temp.In("scans.sealed"), _store);
        byte[] bytes = File.ReadAllBytes(_temp.In("scans.sealed"));
        bytes[^20] ^= 1;
        File.WriteAllBytes(_temp.In("scans.sealed"), bytes);
        ClientException refused = Assert.Throws<ClientException>(() => AssetSealer.Open(_temp.In("scans.sealed"), _temp.In("again"), _store, info.ContentId));
        Assert.Equal("file/not-sealed", refused.Code);
        Assert.False(Path.Exists(_temp.In("again")) || Path.Exists(_temp.In("again.part")));
    }

    [Fact]
    public void Folder_that_its_sealer_made_wrong_is_told_and_nothing_is_written()
    {
        using ContentKey key = ContentKey.Generate();
        byte[] file = SealedFile.Seal(new byte[1000], key, new SealOptions { FolderIndexSize = 10 }, out SealedFileInfo info);
        File.WriteAllBytes(_temp.In("wrong.sealed"), file);
        _store.PutContentKey(info.ContentId, key);
        Assert.Equal("file/not-sealed", Assert.Throws<ClientException>(() => AssetSealer.Open(_temp.In("wrong.sealed"), _temp.In("again"), _store, info.ContentId)).Code);
        Assert.False(Path.Exists(_temp.In("again")) || Path.Exists(_temp.In("again.part")));
    }

    private string Make(string name)
    {
        string folder = _temp.In(name);
        Directory.CreateDirectory(Path.Combine(folder, "b"));
        Directory.CreateDirectory(Path.Combine(folder, "none"));
        File.WriteAllText(Path.Combine(folder, "a.csv"), "1,2\n");
        File.WriteAllBytes(Path.Combine(folder, "b", "one.raw"), [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i % 251))]);
        File.WriteAllBytes(Path.Combine(folder, "b", "two.raw"), [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i % 241))]);
        File.WriteAllBytes(Path.Combine(folder, "z"), []);
        return folder;
    }

    private void Interrupt(string folder, string target, long after)
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => AssetSealer.Seal(folder, target, _store, progress: new Changer(stop.Cancel, after), cancellation: stop.Token));
    }

    private static string Guid((string, byte[])[] files) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([.. files.SelectMany(file => System.Text.Encoding.UTF8.GetBytes(file.Item1).Concat(file.Item2))]))[..16];

    private static void AssertSame(string expected, string actual)
    {
        string[] Tree(string root) => [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path)).Order(StringComparer.Ordinal)];
        Assert.Equal(Tree(expected), Tree(actual));
        foreach (string path in Tree(expected).Where(path => File.Exists(Path.Combine(expected, path)))) Assert.Equal(File.ReadAllBytes(Path.Combine(expected, path)), File.ReadAllBytes(Path.Combine(actual, path)));
    }

    private sealed class Changer(Action change, long after = 0) : IProgress<long>
    {
        public void Report(long value)
        {
            if (value >= after) change();
        }
    }
}
