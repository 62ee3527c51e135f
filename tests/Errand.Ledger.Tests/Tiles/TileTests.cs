using CsCheck;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

public sealed class TileTests
{
    [Theory]
    [InlineData("0/000", 0, 0, 256)]
    [InlineData("0/x001/x234/067", 0, 1_234_067, 256)]
    [InlineData("1/x001/000.p/17", 1, 1_000, 17)]
    [InlineData("63/255.p/1", 63, 255, 1)]
    [InlineData("entries/x001/x234/067.p/255", -1, 1_234_067, 255)]
    public void Paths_have_one_form(string path, int level, long index, int width)
    {
        Assert.True(TilePath.TryParse(path, out TilePath? tile));
        Assert.Equal(new TilePath(level, index, width), tile);
        Assert.Equal(path, tile.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0/")]
    [InlineData("0/00")]
    [InlineData("0/0000")]
    [InlineData("00/000")]
    [InlineData("64/000")]
    [InlineData("-1/000")]
    [InlineData("0/x000/001")]
    [InlineData("0/001/002")]
    [InlineData("0/x001/x002")]
    [InlineData("0/000.p/0")]
    [InlineData("0/000.p/256")]
    [InlineData("0/000.p/01")]
    [InlineData("0/000.p")]
    [InlineData("0/000.p/1/2")]
    [InlineData("0/000/")]
    [InlineData("data/000")]
    [InlineData("0/x001/x001/x001/x001/x001/x001/001")]
    [InlineData("0/٠٠٠")]
    public void Other_paths_are_refused(string path) => Assert.False(TilePath.TryParse(path, out _));

    [Fact]
    public void A_path_comes_back_as_it_was_or_not_at_all() => Gen.String[Gen.Char["0123456789x/.pentris"], 0, 40].Sample(path =>
    {
        if (TilePath.TryParse(path, out TilePath? tile)) Assert.Equal(path, tile.ToString());
    });

    [Fact]
    public void Bundles_come_back_and_nothing_else_does() => Gen.Byte.Array[1, 40].Array[1, 256].Sample(entries =>
    {
        LedgerEntry[] made = [.. entries.Select((bytes, i) => new LedgerEntry(512 + i, 1_000 + i, bytes))];
        byte[] bundle = TileContent.Encode(made);
        Assert.True(TileContent.TryDecode(bundle, 512, made.Length, out LedgerEntry[] read));
        LedgerContract.AssertSame(made, read);
        Assert.False(TileContent.TryDecode(bundle.AsSpan(..^1), 512, made.Length, out _));
        Assert.False(TileContent.TryDecode([.. bundle, 0], 512, made.Length, out _));
        if (made.Length > 1) Assert.False(TileContent.TryDecode(bundle, 512, made.Length - 1, out _));
    }, iter: 200);

    [Fact]
    public async Task Tiles_of_the_log_lead_to_the_root_of_its_checkpoint()
    {
        using var folder = new LedgerFolder();
        await using EmbeddedLedger ledger = await folder.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 700).Select(i => ledger.AppendAsync(LedgerContract.Numbered(i)).AsTask()));
        SignedCheckpoint signed = await ledger.WaitForCheckpointAsync(700, TestContext.Current.CancellationToken);
        var leaves = new List<Bytes32>();
        foreach ((long from, int count) in ((long, int)[])[(0, 256), (256, 256), (512, 188)])
        {
            IReadOnlyList<Bytes32> tile = ledger.ReadHashes(0, from, count);
            Assert.True(TileContent.TryDecode(TileContent.Encode(tile), count, out Bytes32[] read));
            leaves.AddRange(read);
        }
        var tree = new TestTree(leaves);
        Assert.Equal(signed.Checkpoint.Root, tree.Root(700));
        Assert.Equal([tree.Root(0, 256), tree.Root(256, 512)], ledger.ReadHashes(1, 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.ReadHashes(0, 512, 189));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.ReadHashes(1, 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.ReadHashes(63, 0, 1));
    }
}
