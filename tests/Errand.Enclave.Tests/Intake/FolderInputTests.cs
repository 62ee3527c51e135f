using System.Text;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>Sealed folders as an enclave takes them in.</summary>
public sealed class FolderInputTests
{
    private static readonly (string Path, byte[]? Content)[] Files =
        [("scans/1.raw", [.. Enumerable.Range(0, 50_000).Select(i => (byte)(i % 256))]), ("scans/2.raw", [1, 2, 3]), ("notes.txt", "x"u8.ToArray()), ("later", null)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Folder_is_seen_by_the_app_held_and_streamed(bool held)
    {
        byte[] plaintext = FolderTests.Plaintext(Files, out FolderIndex index);
        using TaskFixture task = Of(Seal(plaintext, plaintext.Length - (int)index.ContentBytes));
        TaskResult result = held ? await LocalEnclave.RunAsync(task) : await LocalEnclave.RunAsync(task, task.App.File.Length);
        Assert.Equal((AbortReason.None, OutcomeCode.Ok), (result.Reason, result.Receipt?.Outcome));
        Assert.Equal(FolderTests.Expected(Files), Encoding.UTF8.GetString(result.File("list.txt")));
    }

    // An index that spans several chunks of the smallest size.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Long_index_is_read_whole(bool held)
    {
        (string, byte[]?)[] many = [.. Enumerable.Range(0, 900).Select(i => ($"folder {i % 7}/{i:d4}.{new string('n', 10)}", (byte[]?)[(byte)(i % 256)]))];
        byte[] plaintext = FolderTests.Plaintext(many, out FolderIndex index);
        Assert.True(plaintext.Length - index.ContentBytes > 3 * 4096);
        using TaskFixture task = Of(Seal(plaintext, plaintext.Length - (int)index.ContentBytes));
        TaskResult result = held ? await LocalEnclave.RunAsync(task) : await LocalEnclave.RunAsync(task, task.App.File.Length);
        Assert.Equal((AbortReason.None, OutcomeCode.Ok), (result.Reason, result.Receipt?.Outcome));
        Assert.Equal(FolderTests.Expected(many), Encoding.UTF8.GetString(result.File("list.txt")));
    }

    [Theory]
    [InlineData("index cut short", true)]
    [InlineData("index cut short", false)]
    [InlineData("index too long", true)]
    [InlineData("index too long", false)]
    [InlineData("byte more", true)]
    [InlineData("byte more", false)]
    [InlineData("no index", true)]
    [InlineData("no index", false)]
    public async Task What_its_sealer_made_no_folder_ends_the_attempt(string what, bool held)
    {
        byte[] plaintext = FolderTests.Plaintext(Files, out FolderIndex index);
        int size = plaintext.Length - (int)index.ContentBytes;
        SealedAsset asset = what switch
        {
            "index cut short" => Seal(plaintext, size - 1),
            "index too long" => Seal(plaintext, size + 1),
            "byte more" => Seal([.. plaintext, 0], size),
            _ => Seal(new byte[plaintext.Length], size),
        };
        using TaskFixture task = Of(asset);
        TaskResult result = held ? await LocalEnclave.RunAsync(task) : await LocalEnclave.RunAsync(task, task.App.File.Length);
        Assert.Equal(AbortReason.Folder, result.Reason);
    }

    [Fact]
    public async Task App_or_arguments_sealed_as_a_folder_end_the_attempt()
    {
        byte[] folder = FolderTests.Plaintext([("app.wasm", Samples.Module("tally"))], out FolderIndex index);
        using TaskFixture app = new() { App = Seal(folder, folder.Length - (int)index.ContentBytes), Data = [(SealedAsset.Of([1], owner: 11), "t")] };
        Assert.Equal(AbortReason.Folder, (await LocalEnclave.RunAsync(app)).Reason);
        byte[] secret = FolderTests.Plaintext([("arguments", SecretArguments.Encode(["x"]))], out index);
        using TaskFixture arguments = new() { App = SealedAsset.Of(Samples.Module("tally"), owner: 10), Data = [(SealedAsset.Of([1], owner: 11), "t")], Secret = Seal(secret, secret.Length - (int)index.ContentBytes, key: 0x61) };
        Assert.Equal(AbortReason.Folder, (await LocalEnclave.RunAsync(arguments)).Reason);
    }

    private static TaskFixture Of(SealedAsset data) => new()
    {
        App = SealedAsset.Of(Samples.Module("tally"), owner: 10), Data = [(data, "t")], Arguments = ["--list", "t"],
        Limits = TaskFixture.DefaultLimits with { OutputBytes = 1 << 20 },
    };

    private static SealedAsset Seal(byte[] plaintext, int indexSize, byte key = 0x60)
    {
        ContentKey contentKey = ContentKey.FromBytes(TaskFixture.Seed(key));
        byte[] file = SealedFile.Seal(plaintext, contentKey, new SealOptions { ChunkSize = 4096, FolderIndexSize = indexSize }, out SealedFileInfo info);
        Assert.True(info.IsFolder);
        return new SealedAsset(SigningKey.FromSeed(TaskFixture.Seed(11)), contentKey, plaintext, file, info.ContentId);
    }
}
