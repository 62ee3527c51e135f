using Errand.Client;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

public sealed class ReleaseJournalTests : IDisposable
{
    private static readonly TaskId Task = new(Hex('1'));
    private static readonly AssetId Asset = new(Hex('2'));

    private readonly TemporaryFolder _folder = new();

    private static Bytes32 Hex(char digit) => Bytes32.TryParseHex(new string(digit, 64), out Bytes32 value) ? value : throw new ArgumentException("No digit.", nameof(digit));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_flushed_and_a_missing_one_is_a_fault()
    {
        DurableFolder.Flush(_folder.Path);
        if (!OperatingSystem.IsWindows()) Assert.Throws<IOException>(() => DurableFolder.Flush(Path.Combine(_folder.Path, "missing")));
    }

    [Fact]
    public void Nothing_is_found_before_it_is_added()
    {
        Assert.Null(new ReleaseJournal(_folder.Path).Find(Task, 1, Asset));
    }

    [Fact]
    public void The_first_message_counts_for_ever_and_for_every_broker()
    {
        var first = new ReleaseJournal(_folder.Path);
        var second = new ReleaseJournal(_folder.Path);
        Assert.Equal([1, 2, 3], first.Add(Task, 1, Asset, [1, 2, 3]));
        Assert.Equal([1, 2, 3], second.Add(Task, 1, Asset, [4, 5, 6]));
        Assert.Equal([1, 2, 3], first.Add(Task, 1, Asset, [7]));
        Assert.Equal([1, 2, 3], second.Find(Task, 1, Asset));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Attempts_and_assets_are_kept_apart()
    {
        var journal = new ReleaseJournal(_folder.Path);
        journal.Add(Task, 1, Asset, [1]);
        journal.Add(Task, 2, Asset, [2]);
        journal.Add(Task, 1, new AssetId(Task.Value), [3]);
        Assert.Equal([1], journal.Find(Task, 1, Asset));
        Assert.Equal([2], journal.Find(Task, 2, Asset));
        Assert.Equal([3], journal.Find(Task, 1, new AssetId(Task.Value)));
    }

    [Fact]
    public async Task Brokers_at_once_agree_on_one_message()
    {
        for (int round = 1; round <= 20; round++)
        {
            int attempt = round;
            byte[][] won = await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, 8).Select(broker =>
                System.Threading.Tasks.Task.Run(() => new ReleaseJournal(_folder.Path).Add(Task, attempt, Asset, [(byte)broker, .. new byte[300]]))));
            Assert.All(won, message => Assert.Equal(won[0], message));
        }
        Assert.Equal(20, Directory.GetFiles(_folder.Path).Length);
    }
}
