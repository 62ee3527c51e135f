using System.Net;
using Errand.Client;
using Errand.Ledger;
using Errand.Ledger.Tests;
using Errand.Primitives;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Node.Tests;

public sealed class MirrorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readers_of_a_mirror_are_proven_the_same_and_go_on_when_the_ledger_is_down()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(4);
        await using LedgerMirror mirror = await StartAsync(network, "copy.db");
        using ServedLedger ledger = network.Connect();
        await ServedNetwork.AppendAsync(ledger, 0, 40);
        using var reader = new ServedLedger(network.Options() with { Mirrors = [new Uri(mirror.Address)] }, TimeProvider.System);
        List<LedgerEntry> first = await LedgerContract.TakeAsync(reader, 0, 40);
        while (mirror.Count < 40) await Task.Delay(20, Stop);
        await network.StopAsync();
        LedgerContract.AssertSame(first, await LedgerContract.ReadAllAsync(reader));
        using ServedLedger only = network.Connect(new Uri(mirror.Address));
        LedgerContract.AssertSame(first, await LedgerContract.ReadAllAsync(only));
        Assert.Equal(40, await only.CountAsync(Stop));
    }

    [Fact]
    public async Task A_mirror_goes_on_where_it_was_and_its_file_replaces_a_lost_ledger()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(4);
        using ServedLedger ledger = network.Connect();
        await ServedNetwork.AppendAsync(ledger, 0, 10);
        for (int round = 1; round <= 2; round++)
        {
            await using LedgerMirror mirror = await StartAsync(network, "copy.db");
            while (mirror.Count < round * 10) await Task.Delay(20, Stop);
            if (round == 1) await ServedNetwork.AppendAsync(ledger, 10, 10);
        }
        await network.StopAsync();
        network.Restore("copy.db");
        await network.ServeAsync();
        Assert.Equal(20, (await ledger.AppendAsync(LedgerContract.Numbered(20), Stop)).Position);
        Assert.Equal(21, await ledger.CountAsync(Stop));
        Assert.Empty(network.Found);
    }

    [Fact]
    public async Task A_mirror_takes_no_entries()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(0);
        await using LedgerMirror mirror = await StartAsync(network, "copy.db");
        using var http = new HttpClient();
        using HttpResponseMessage refused = await http.PostAsync(new Uri(mirror.Address + "/ledger"), new ByteArrayContent([1]), Stop);
        Assert.True(refused.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Tiles_and_checkpoint_are_all_an_auditor_needs()
    {
        await using ServedNetwork network = await ServedNetwork.StartAsync(4);
        using ServedLedger ledger = network.Connect();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => network.Host.Ledger.AppendAsync(LedgerContract.Numbered(i), Stop).AsTask()));
        while (await ledger.CountAsync(Stop) < 300) await Task.Delay(20, Stop);
        using var http = new HttpClient { BaseAddress = new Uri(network.Host.Address) };
        Assert.True(network.Quorum.TryOpen(await http.GetByteArrayAsync(new Uri("/checkpoint", UriKind.Relative), Stop), out SignedCheckpoint? signed));
        var tree = new MerkleAccumulator();
        foreach ((long index, int width) in ((long, int)[])[(0, 256), (1, (int)signed.Checkpoint.Size - 256)])
        {
            byte[] bundle = await http.GetByteArrayAsync(new Uri($"/tile/{new TilePath(TilePath.Entries, index, width)}", UriKind.Relative), Stop);
            byte[] hashes = await http.GetByteArrayAsync(new Uri($"/tile/{new TilePath(0, index, width)}", UriKind.Relative), Stop);
            Assert.True(TileContent.TryDecode(bundle, index * 256, width, out LedgerEntry[] entries));
            Assert.True(TileContent.TryDecode(hashes, width, out Bytes32[] leaves));
            Assert.Equal(leaves, entries.Select(entry => LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span)));
            foreach (Bytes32 leaf in leaves) tree.AppendLeafHash(leaf);
        }
        Assert.Equal(signed.Checkpoint.Root, tree.Root);
        foreach (string beyond in (string[])["0/002", "0/001", "1/000", "1/000.p/2", "2/000.p/1", "entries/001", "7/000", "63/000.p/1", "x"])
        {
            using HttpResponseMessage none = await http.GetAsync(new Uri("/tile/" + beyond, UriKind.Relative), Stop);
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }
    }

    private static Task<LedgerMirror> StartAsync(ServedNetwork network, string file) =>
        LedgerMirror.StartAsync(network.Genesis.Encode(), network.In(file), network.Options(), new IPEndPoint(IPAddress.Loopback, 0), NullLoggerFactory.Instance, TimeProvider.System);
}
