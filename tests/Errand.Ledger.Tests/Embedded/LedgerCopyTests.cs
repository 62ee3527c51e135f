namespace Errand.Ledger.Tests;

public sealed class LedgerCopyTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_copy_holds_what_it_was_given_and_can_take_the_originals_place()
    {
        string copied = _folder.In("copy.db");
        List<LedgerEntry> all;
        SignedCheckpoint last;
        await using (EmbeddedLedger original = await _folder.OpenAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, 600).Select(i => original.AppendAsync(LedgerContract.Numbered(i)).AsTask()));
            last = await original.WaitForCheckpointAsync(600, Stop);
            all = await LedgerContract.ReadAllAsync(original);
            using LedgerCopy copy = await LedgerCopy.OpenAsync(copied, LedgerFolder.Network, original.VerifierKey);
            copy.Take(all[..100], last);
            // Readers see nothing that no checkpoint covers yet.
            Assert.Equal((100L, 0L), (copy.Held, await copy.CountAsync(Stop)));
        }
        using (LedgerCopy copy = await LedgerCopy.OpenAsync(copied, LedgerFolder.Network, new NoteSigner(last.Checkpoint.Origin, _folder.Key).VerifierKey))
        {
            Assert.Equal(100, copy.Held);
            copy.Take(all[100..600], last);
            LedgerContract.AssertSame(all, await LedgerContract.ReadAllAsync(copy));
            Assert.True(copy.ProveRange(5, 9, 600).Verify(5, [.. all[5..9].Select(entry => LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span))], 600, last.Checkpoint.Root));
            await Assert.ThrowsAsync<NotSupportedException>(async () => await copy.AppendAsync(LedgerContract.Numbered(1), Stop));
        }
        await using EmbeddedLedger restored = await EmbeddedLedger.OpenAsync(_folder.Options with { Path = copied, CreateIfMissing = false, KnownCheckpoint = last.Checkpoint }, TimeProvider.System);
        LedgerContract.AssertSame(all, await LedgerContract.ReadAllAsync(restored));
        Assert.Equal(600, (await restored.AppendAsync(LedgerContract.Numbered(600), Stop)).Position);
    }

    [Fact]
    public async Task What_does_not_follow_is_not_taken()
    {
        await using EmbeddedLedger original = await _folder.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => original.AppendAsync(LedgerContract.Numbered(i)).AsTask()));
        SignedCheckpoint last = await original.WaitForCheckpointAsync(20, Stop);
        List<LedgerEntry> all = await LedgerContract.ReadAllAsync(original);
        using LedgerCopy copy = await LedgerCopy.OpenAsync(_folder.In("copy.db"), LedgerFolder.Network, original.VerifierKey);
        Assert.Throws<ArgumentException>(() => copy.Take(all[1..], last));
        Assert.Throws<ArgumentException>(() => copy.Take([.. all[..19], all[19] with { Bytes = new byte[] { 1 } }], last));
        Assert.Throws<ArgumentException>(() => copy.Take([all[0], all[1] with { TimeMilliseconds = all[0].TimeMilliseconds - 1 }], last));
        Assert.Equal(0, copy.Held);
        copy.Take(all, last);
        Assert.Equal(20, await copy.CountAsync(Stop));
    }
}
