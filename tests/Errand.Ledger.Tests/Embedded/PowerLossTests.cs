using CsCheck;

namespace Errand.Ledger.Tests;

/// <summary>What a power cut can leave on a disk: the write-ahead log up to what was flushed, and behind that anything at all.</summary>
public sealed class PowerLossTests : IAsyncLifetime
{
    private const int Acknowledged = 60, Lost = 40;

    private readonly LedgerFolder _folder = new();
    private byte[] _file = [], _flushed = [], _later = [];
    private List<LedgerEntry> _entries = [];
    private Checkpoint _known = null!;
    private int _image;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(_folder.Options with { CheckpointInterval = TimeSpan.Zero }, TimeProvider.System);
        for (int i = 0; i < Acknowledged; i++) await ledger.AppendAsync(LedgerContract.Filled(200 + 37 * i, (byte)i), Stop);
        _known = (await ledger.WaitForCheckpointAsync(Acknowledged, Stop)).Checkpoint;
        (_file, _flushed) = (Copy(_folder.File), Copy(_folder.File + "-wal"));
        for (int i = 0; i < Lost; i++) await ledger.AppendAsync(LedgerContract.Filled(500, 0xEE), Stop);
        _later = Copy(_folder.File + "-wal");
        _entries = await LedgerContract.ReadAllAsync(ledger);
        // Both images are of one write-ahead log: nothing was moved into the file in between.
        Assert.Equal(_file, Copy(_folder.File));
        Assert.True(_later.AsSpan().StartsWith(_flushed) && _later.Length > _flushed.Length + 4_096);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void A_half_written_tail_loses_nothing_that_was_acknowledged() => Tails().Sample(tail =>
    {
        List<LedgerEntry> read = Assert.IsType<List<LedgerEntry>>(Open(_file, [.. _flushed, .. tail], _known));
        Assert.InRange(read.Count, Acknowledged, Acknowledged + Lost);
        LedgerContract.AssertSame(_entries.Take(read.Count), read);
    }, iter: 60, threads: 1);

    [Fact]
    public void A_disk_that_lied_about_flushing_is_found_out_and_nothing_wrong_is_served() => Gen.Int[0, _flushed.Length - 1].Sample(size =>
    {
        // Less than what was acknowledged is there: whoever knows a checkpoint of it is told.
        if (Open(_file, _flushed[..size], _known) is LedgerFault fault) Assert.Contains(fault, (LedgerFault[])[LedgerFault.RolledBack, LedgerFault.Damaged, LedgerFault.NotALedger]);
        else Assert.Fail("An older state was taken for whole.");
        if (Open(_file, _flushed[..size], known: null) is List<LedgerEntry> read) LedgerContract.AssertSame(_entries.Take(read.Count), read);
    }, iter: 60, threads: 1);

    [Fact]
    public void A_flipped_bit_anywhere_is_refused_or_changes_nothing() => Gen.Select(Gen.Bool, Gen.Int[0, int.MaxValue], Gen.Int[0, 7], (inFile, at, bit) => (inFile: inFile, at: at, bit: bit)).Sample(draw =>
    {
        (byte[] file, byte[] log) = ([.. _file], [.. _flushed]);
        byte[] hit = draw.inFile ? file : log;
        hit[draw.at % hit.Length] ^= (byte)(1 << draw.bit);
        if (Open(file, log, _known) is List<LedgerEntry> read) LedgerContract.AssertSame(_entries.Take(Acknowledged), read);
    }, iter: 80, threads: 1);

    [Fact]
    public void Torn_pages_are_refused_or_change_nothing() => Gen.Select(Gen.Int[0, int.MaxValue], Gen.Bool, (at, half) => (at: at, half: half)).Sample(draw =>
    {
        // Half a page of 512-byte sectors is old, half is new: zeros stand for what was never written.
        byte[] log = [.. _flushed];
        int page = draw.at % log.Length / 4_096 * 4_096;
        int from = Math.Min(log.Length, page + (draw.half ? 2_048 : 0));
        log.AsSpan(from, Math.Min(2_048, log.Length - from)).Clear();
        object image = Open(_file, log, _known);
        if (image is List<LedgerEntry> read) LedgerContract.AssertSame(_entries.Take(Acknowledged), read);
    }, iter: 60, threads: 1);

    // Whole sectors of what came later, the last of them torn; or garbage.
    private Gen<byte[]> Tails()
    {
        byte[] rest = _later[_flushed.Length..];
        Gen<byte[]> cut = Gen.Int[0, rest.Length].Select(size => rest[..size]);
        Gen<byte[]> torn = Gen.Select(Gen.Int[0, rest.Length - 1], Gen.Byte.Array[1, 512], (at, garbage) => (byte[])[.. rest[..at], .. garbage]);
        Gen<byte[]> holes = Gen.Select(Gen.Int[0, rest.Length - 1], Gen.Int[1, 8], (at, sectors) =>
        {
            byte[] bytes = [.. rest];
            bytes.AsSpan(at, Math.Min(512 * sectors, bytes.Length - at)).Clear();
            return bytes;
        });
        return Gen.OneOf(cut, torn, holes, Gen.Byte.Array[0, 9_000]);
    }

    // The entries, or the fault for which the image is refused.
    private object Open(byte[] file, byte[] log, Checkpoint? known)
    {
        string path = _folder.In($"image-{_image++}.db");
        File.WriteAllBytes(path, file);
        File.WriteAllBytes(path + "-wal", log);
        try
        {
            return ReadAsync(path, known).GetAwaiter().GetResult();
        }
        catch (LedgerException fault)
        {
            return fault.Fault;
        }
        finally
        {
            foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*")) File.Delete(left);
        }
    }

    private async Task<List<LedgerEntry>> ReadAsync(string path, Checkpoint? known)
    {
        await using EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(_folder.Options with { Path = path, CreateIfMissing = false, KnownCheckpoint = known }, TimeProvider.System);
        return await LedgerContract.ReadAllAsync(ledger);
    }

    private static byte[] Copy(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
