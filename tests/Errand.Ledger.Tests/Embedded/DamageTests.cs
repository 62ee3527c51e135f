using CsCheck;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

/// <summary>A damaged file is refused, with the place named where there is one; nothing is cut off.</summary>
public sealed class DamageTests : IAsyncLifetime
{
    private const int Count = 700;

    private readonly LedgerFolder _folder = new();
    private List<LedgerEntry> _entries = [];

    public async ValueTask InitializeAsync()
    {
        await _folder.FillAsync(Count);
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        _entries = await LedgerContract.ReadAllAsync(ledger);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("UPDATE entries SET bytes = x'00' WHERE position = 350", 350)]
    [InlineData("UPDATE entries SET bytes = x'' WHERE position = 350", 350)]
    [InlineData("UPDATE entries SET bytes = zeroblob(70000) WHERE position = 350", 350)]
    [InlineData("UPDATE entries SET leaf = zeroblob(32) WHERE position = 699", 699)]
    [InlineData("UPDATE entries SET leaf = x'00' WHERE position = 0", 0)]
    [InlineData("UPDATE entries SET time = time + 1 WHERE position = 699", 699)]
    [InlineData("UPDATE entries SET time = 0 WHERE position = 200", 200)]
    [InlineData("DELETE FROM entries WHERE position = 200", 200)]
    [InlineData("DELETE FROM entries WHERE position = 0", 0)]
    [InlineData("UPDATE entries SET position = -1 WHERE position = 0", 0)]
    [InlineData("UPDATE entries SET position = position + 1000 WHERE position >= 699", 699)]
    [InlineData("UPDATE nodes SET hash = zeroblob(32) WHERE node = 1", 256)]
    [InlineData("DELETE FROM nodes WHERE node = 0", 0)]
    [InlineData("INSERT INTO nodes VALUES (8, 2, zeroblob(32))", null)]
    [InlineData("INSERT INTO nodes VALUES (1, 0, zeroblob(32))", null)]
    [InlineData("UPDATE ledger SET checkpoint = x'00'", null)]
    [InlineData("UPDATE ledger SET checkpoint = substr(checkpoint, 2)", null)]
    [InlineData("UPDATE ledger SET network = x'00'", null)]
    [InlineData("DELETE FROM ledger", null)]
    public async Task Changed_content_is_refused_and_the_place_named(string sql, int? position)
    {
        LedgerFile.Run(_folder.File, sql);
        LedgerException e = await RefusedAsync(LedgerFault.Damaged);
        Assert.Equal(position, e.Position);
    }

    [Fact]
    public async Task A_lost_tail_is_refused_as_rolled_back()
    {
        LedgerFile.Run(_folder.File, "DELETE FROM entries WHERE position >= 690");
        Assert.Equal(690, (await RefusedAsync(LedgerFault.RolledBack)).Position);
    }

    [Fact]
    public async Task A_consistently_rewritten_entry_is_refused_by_the_checkpoint()
    {
        // Entry, leaf and nodes are all made to fit: only the signature still speaks of the old tree.
        var bytes = new byte[] { 1, 2, 3 };
        Bytes32 leaf = LedgerLeaf.Hash(_entries[600].TimeMilliseconds, bytes);
        LedgerFile.Run(_folder.File, "UPDATE entries SET bytes = x'010203', leaf = $blob WHERE position = 600", leaf.ToArray());
        await RefusedAsync(LedgerFault.RolledBack);
    }

    [Fact]
    public async Task A_flipped_bit_in_an_entry_in_the_middle_of_the_file_is_refused_and_the_entry_named()
    {
        byte[] file = await File.ReadAllBytesAsync(_folder.File);
        int offset = file.AsSpan().IndexOf(LedgerLeaf.Hash(_entries[350].TimeMilliseconds, _entries[350].Bytes.Span).ToArray());
        Assert.True(offset > 0);
        file[offset + 32] ^= 1; // the first byte of the entry follows its leaf hash
        await File.WriteAllBytesAsync(_folder.File, file);
        Assert.Equal(350, (await RefusedAsync(LedgerFault.Damaged)).Position);
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_is_refused_or_changes_nothing()
    {
        byte[] file = await File.ReadAllBytesAsync(_folder.File);
        int refused = 0, tried = 0;
        // Each sample opens the whole ledger: few, but other ones in every run. A failure prints its seed.
        await Gen.Select(Gen.Int[0, file.Length - 1], Gen.Int[0, 7]).SampleAsync(async (offset, bit) =>
        {
            using var other = new LedgerFolder();
            byte[] flipped = [.. file];
            flipped[offset] ^= (byte)(1 << bit);
            await File.WriteAllBytesAsync(other.File, flipped);
            Interlocked.Increment(ref tried);
            try
            {
                await using EmbeddedLedger ledger = await other.OpenAsync();
                LedgerContract.AssertSame(_entries, await LedgerContract.ReadAllAsync(ledger));
            }
            catch (LedgerException)
            {
                Interlocked.Increment(ref refused);
            }
        }, iter: 150, threads: 1);
        Assert.True(refused > tried / 2, $"Only {refused} of {tried} flipped bits were found.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(4_095)]
    [InlineData(4_096)]
    [InlineData(8_192)]
    [InlineData(40_000)]
    [InlineData(-4_096)]
    public async Task A_truncated_file_is_refused(int size)
    {
        using (FileStream file = File.OpenWrite(_folder.File)) file.SetLength(size > 0 ? size : file.Length + size);
        LedgerException e = await Assert.ThrowsAsync<LedgerException>(() => _folder.OpenAsync());
        Assert.Contains(e.Fault, (LedgerFault[])[LedgerFault.Damaged, LedgerFault.NotALedger]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4_000)]
    public async Task A_cut_last_page_is_refused_or_held_nothing(int size)
    {
        // SQLite reads the missing part as zeros; if that is what stood there, nothing is lost.
        using (FileStream file = File.OpenWrite(_folder.File)) file.SetLength(file.Length - size);
        try
        {
            await using EmbeddedLedger ledger = await _folder.OpenAsync();
            LedgerContract.AssertSame(_entries, await LedgerContract.ReadAllAsync(ledger));
        }
        catch (LedgerException e)
        {
            Assert.Equal(LedgerFault.Damaged, e.Fault);
        }
    }

    [Fact]
    public async Task Damage_that_comes_while_the_ledger_is_open_is_found_by_reading()
    {
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        LedgerFile.Run(_folder.File, "UPDATE entries SET bytes = x'00' WHERE position = 350");
        LedgerException e = await Assert.ThrowsAsync<LedgerException>(() => LedgerContract.ReadAllAsync(ledger));
        Assert.Equal((LedgerFault.Damaged, 350L), (e.Fault, e.Position));
        Assert.NotEmpty(await ledger.ReadAsync(0, 10));
    }

    private async Task<LedgerException> RefusedAsync(LedgerFault fault)
    {
        LedgerException e = await Assert.ThrowsAsync<LedgerException>(() => _folder.OpenAsync());
        Assert.Equal(fault, e.Fault);
        return e;
    }
}
