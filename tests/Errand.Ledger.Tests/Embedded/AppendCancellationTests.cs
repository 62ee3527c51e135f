namespace Errand.Ledger.Tests;

public sealed class AppendCancellationTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_append_is_either_cancelled_or_written_never_both()
    {
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        var written = new Dictionary<long, int>();
        int cancelled = 0;
        // More than the queue takes, so that some wait outside, some in it and some are under way.
        for (int round = 0; round < 20; round++)
        {
            using var cancel = new CancellationTokenSource();
            Task<LedgerPosition>[] appends = [.. Enumerable.Range(0, 2_000).Select(i => ledger.AppendAsync(LedgerContract.Numbered(round * 2_000 + i), cancel.Token).AsTask())];
            await cancel.CancelAsync();
            for (int i = 0; i < appends.Length; i++)
            {
                try
                {
                    written.Add((await appends[i]).Position, round * 2_000 + i);
                }
                catch (OperationCanceledException)
                {
                    cancelled++;
                }
            }
        }
        List<LedgerEntry> read = await LedgerContract.ReadAllAsync(ledger);
        Assert.Equal(written.OrderBy(w => w.Key).Select(w => w.Value), read.Select(LedgerContract.NumberOf));
        Assert.True(cancelled > 0 && written.Count > 0, $"{cancelled} cancelled, {written.Count} written: the test has not met both.");
    }
}
