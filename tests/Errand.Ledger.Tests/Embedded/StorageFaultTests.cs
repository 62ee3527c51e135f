namespace Errand.Ledger.Tests;

public sealed class StorageFaultTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_disk_acknowledges_nothing_and_the_ledger_goes_on_when_there_is_space()
    {
        var acknowledged = new List<LedgerPosition>();
        await using (EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(_folder.Options with { SizeBytesMax = 50 * 4_096 }, TimeProvider.System))
        {
            LedgerException e = await Assert.ThrowsAsync<LedgerException>(async () =>
            {
                while (true) acknowledged.Add(await ledger.AppendAsync(LedgerContract.Filled(3_000, 1)));
            });
            Assert.Equal(LedgerFault.Full, e.Fault);
            Assert.InRange(acknowledged.Count, 10, 60);
            Assert.Equal(acknowledged.Count, await ledger.CountAsync());
            // Refused again, and again nothing written.
            await Assert.ThrowsAsync<LedgerException>(async () => await ledger.AppendAsync(LedgerContract.Filled(60_000, 2)));
            Assert.Equal(acknowledged.Count, (await LedgerContract.ReadAllAsync(ledger)).Count);

            ledger.Store.SizeBytesMax = long.MaxValue;
            LedgerPosition next = await ledger.AppendAsync(LedgerContract.Filled(3_000, 3));
            Assert.Equal(acknowledged.Count, next.Position);
        }
        await using EmbeddedLedger again = await _folder.OpenAsync();
        List<LedgerEntry> read = await LedgerContract.ReadAllAsync(again);
        Assert.Equal(acknowledged.Count + 1, read.Count);
        Assert.Equal(3, read[^1].Bytes.Span[0]);
        Assert.Equal(read.Count, again.LatestCheckpoint.Checkpoint.Size);
    }

    [Fact]
    public async Task A_group_that_does_not_fit_fails_as_a_whole()
    {
        await using EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(_folder.Options with { SizeBytesMax = 20 * 4_096 }, TimeProvider.System);
        Task<LedgerPosition>[] appends = [.. Enumerable.Range(0, 100).Select(_ => ledger.AppendAsync(LedgerContract.Filled(3_000, 1)).AsTask())];
        int done = 0;
        foreach (Task<LedgerPosition> append in appends)
        {
            try
            {
                await append;
                done++;
            }
            catch (LedgerException e)
            {
                Assert.Equal(LedgerFault.Full, e.Fault);
            }
        }
        Assert.True(done < appends.Length);
        Assert.Equal(done, await ledger.CountAsync());
        Assert.Equal(done, (await LedgerContract.ReadAllAsync(ledger)).Count);
    }

    [Fact]
    public async Task After_a_fault_of_the_storage_the_ledger_stops_and_says_so_to_everyone()
    {
        await using (EmbeddedLedger ledger = await _folder.OpenAsync())
        {
            await ledger.AppendAsync(LedgerContract.Numbered(0));
            Task<List<LedgerEntry>> following = LedgerContract.TakeAsync(ledger, 1, 1);
            LedgerFile.Run(_folder.File, "ALTER TABLE entries RENAME TO lost");
            for (int i = 0; i < 2; i++)
            {
                LedgerException e = await Assert.ThrowsAsync<LedgerException>(async () => await ledger.AppendAsync(LedgerContract.Numbered(1)));
                Assert.Equal(LedgerFault.Storage, e.Fault);
            }
            LedgerException ended = await Assert.ThrowsAsync<LedgerException>(() => following);
            Assert.Equal(LedgerFault.Storage, ended.Fault);
            await Assert.ThrowsAsync<LedgerException>(async () => await ledger.WaitForCheckpointAsync(2));
        }
        LedgerFile.Run(_folder.File, "ALTER TABLE lost RENAME TO entries");
    }
}
