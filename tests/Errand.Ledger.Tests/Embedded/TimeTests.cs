namespace Errand.Ledger.Tests;

public sealed class TimeTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task T_66_a_clock_set_back_leaves_the_ledgers_time_where_it_was()
    {
        var clock = new SettableClock(1_000_000);
        await using EmbeddedLedger ledger = await _folder.OpenAsync(clock);
        Assert.Equal(1_000_000, (await ledger.AppendAsync(LedgerContract.Numbered(0))).TimeMilliseconds);
        clock.Milliseconds = 999_000;
        Assert.Equal(1_000_000, (await ledger.AppendAsync(LedgerContract.Numbered(1))).TimeMilliseconds);
        clock.Milliseconds = 1_000_001;
        Assert.Equal(1_000_001, (await ledger.AppendAsync(LedgerContract.Numbered(2))).TimeMilliseconds);
    }

    [Fact]
    public async Task T_66_a_clock_set_back_while_the_ledger_was_closed_changes_nothing()
    {
        await using (EmbeddedLedger ledger = await _folder.OpenAsync(new SettableClock(5_000))) await ledger.AppendAsync(LedgerContract.Numbered(0));
        await using EmbeddedLedger again = await _folder.OpenAsync(new SettableClock(10));
        Assert.Equal(5_000, (await again.AppendAsync(LedgerContract.Numbered(1))).TimeMilliseconds);
    }

    [Fact]
    public async Task A_clock_before_1970_gives_time_zero()
    {
        await using EmbeddedLedger ledger = await _folder.OpenAsync(new SettableClock(-5));
        Assert.Equal(0, (await ledger.AppendAsync(LedgerContract.Numbered(0))).TimeMilliseconds);
    }
}
