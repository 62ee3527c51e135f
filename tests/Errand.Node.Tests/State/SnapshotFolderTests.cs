using System.Diagnostics;
using System.Globalization;
using Errand.Client;

namespace Errand.Node.Tests;

/// <summary>A folder of snapshots holds whole ones only, whenever its writer ends.</summary>
public sealed class SnapshotFolderTests : IDisposable
{
    private const int Rounds = 12;

    private readonly TemporaryFolder _folder = new();

    private SnapshotFolder Snapshots => new(Path.Combine(_folder.Path, "state"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_writer_that_is_killed_at_any_moment_leaves_whole_snapshots_and_loses_none_that_it_had_kept()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var chance = new Random(seed);
        long kept = 0;
        for (int round = 0; round < Rounds; round++)
        {
            using Process writer = SnapshotWriter.Start(Snapshots.Root, kept + 1);
            // After its first one, at some moment of the next few.
            kept = long.Parse((await writer.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            await Task.Delay(chance.Next(0, 60));
            writer.Kill();
            while (await writer.StandardOutput.ReadLineAsync() is { } line) kept = long.Parse(line, CultureInfo.InvariantCulture);
            await writer.WaitForExitAsync();

            IReadOnlyList<long> positions = Snapshots.Positions();
            Assert.All(positions, position => Assert.True(SnapshotWriter.IsWhole(Snapshots, position), $"round {round}, position {position}"));
            Assert.Contains(kept, positions);
            Assert.InRange(positions.Count, 1, SnapshotFolder.KeptMax + 1);
            kept = positions[0];
        }
        // The next writer sweeps away what the killed ones left unfinished.
        Assert.True(Snapshots.TrySave(kept + 1, stream => stream.Write([1]), [], [1]));
        string[] others = [.. Directory.EnumerateFiles(Snapshots.Root).Select(file => Path.GetExtension(file)).Where(extension => extension is ".part" or ".tmp")];
        Assert.Empty(others);
    }

    [Fact]
    public void A_snapshot_that_would_be_too_long_or_comes_second_is_not_kept()
    {
        var small = new SnapshotFolder(Snapshots.Root, sizeMax: 10);
        Assert.False(small.TrySave(1, stream => stream.Write(new byte[11]), [], [1]));
        Assert.Empty(small.Positions());
        Assert.True(small.TrySave(1, stream => stream.Write(new byte[10]), [], [1]));
        bool inner = true;
        Assert.True(small.TrySave(2, stream => inner = Snapshots.TrySave(3, _ => { }, [], [1]), [], [1]));
        Assert.False(inner);
        Assert.Equal([2L, 1L], small.Positions());
    }

    [Fact]
    public void The_newest_three_are_kept_and_a_failed_write_leaves_what_was_there()
    {
        for (int position = 1; position <= 5; position++) Assert.True(Snapshots.TrySave(position, stream => stream.WriteByte(7), [], [1]));
        Assert.Equal([5L, 4L, 3L], Snapshots.Positions());
        Assert.Throws<IOException>(() => Snapshots.TrySave(6, _ => throw new IOException("full"), [], [1]));
        Assert.Equal([5L, 4L, 3L], Snapshots.Positions());
        Assert.Null(Snapshots.Open(6));
        Assert.DoesNotContain(Directory.EnumerateFiles(Snapshots.Root), file => file.EndsWith(".part", StringComparison.Ordinal));
    }
}
