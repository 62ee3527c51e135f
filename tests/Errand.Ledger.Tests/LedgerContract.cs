using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Errand.Ledger.Tests;

/// <summary>What <see cref="ILedger"/> promises. Every backend runs it.</summary>
public abstract class LedgerContract : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ILedger _ledger = null!;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Opens the one ledger of this test: empty at first, and with what it held when opened again.</summary>
    protected abstract Task<ILedger> OpenAsync();

    /// <summary>Closes the ledger of this test without losing what was acknowledged.</summary>
    protected abstract Task CloseAsync(ILedger ledger);

    /// <summary>Removes what the test has left.</summary>
    protected abstract ValueTask CleanUpAsync();

    public async ValueTask InitializeAsync() => _ledger = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(_ledger);
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Empty_ledger_has_no_entries()
    {
        Assert.Equal(0, await _ledger.CountAsync(Stop));
        Assert.Empty(await _ledger.ReadAsync(0, 10, Stop));
        Assert.Empty(await _ledger.ReadAsync(7, 10, Stop));
    }

    [Fact]
    public async Task Entries_come_back_in_order_with_exactly_the_bytes_appended()
    {
        byte[][] entries = [[0], [1, 2, 3], [0, 0, 0, 0], Filled(300, 7), [1, 2, 3], "\n— x\0"u8.ToArray()];
        for (int i = 0; i < entries.Length; i++)
        {
            LedgerPosition at = await _ledger.AppendAsync(entries[i], Stop);
            Assert.Equal(i, at.Position);
            Assert.Equal(i + 1, await _ledger.CountAsync(Stop));
        }
        List<LedgerEntry> read = await ReadAllAsync(_ledger);
        Assert.Equal(entries, read.Select(e => e.Bytes.ToArray()));
        Assert.Equal(Enumerable.Range(0, entries.Length).Select(i => (long)i), read.Select(e => e.Position));
    }

    [Fact]
    public async Task What_append_says_is_what_read_gives_at_once()
    {
        for (int i = 0; i < 20; i++)
        {
            LedgerPosition at = await _ledger.AppendAsync(Numbered(i), Stop);
            LedgerEntry entry = Assert.Single(await _ledger.ReadAsync(at.Position, 1, Stop));
            Assert.Equal(at, new LedgerPosition(entry.Position, entry.TimeMilliseconds));
            Assert.Equal(Numbered(i), entry.Bytes.ToArray());
        }
    }

    [Fact]
    public async Task The_same_bytes_twice_are_two_entries()
    {
        await _ledger.AppendAsync(Numbered(1), Stop);
        await _ledger.AppendAsync(Numbered(1), Stop);
        Assert.Equal(2, await _ledger.CountAsync(Stop));
    }

    [Fact]
    public async Task Size_bounds_hold_on_both_sides()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _ledger.AppendAsync(default, Stop));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _ledger.AppendAsync(new byte[LedgerLimits.EntrySizeBytesMax + 1], Stop));
        Assert.Equal(0, await _ledger.CountAsync(Stop));
        byte[] largest = Filled(LedgerLimits.EntrySizeBytesMax, 0xA5);
        await _ledger.AppendAsync(largest, Stop);
        await _ledger.AppendAsync(new byte[] { 9 }, Stop);
        List<LedgerEntry> read = await ReadAllAsync(_ledger);
        Assert.Equal(largest, read[0].Bytes.ToArray());
        Assert.Equal([9], read[1].Bytes.ToArray());
    }

    [Fact]
    public async Task Wrong_arguments_are_refused()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _ledger.ReadAsync(-1, 1, Stop));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _ledger.ReadAsync(0, 0, Stop));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _ledger.FollowAsync(-1, Stop).GetAsyncEnumerator(Stop).MoveNextAsync());
    }

    [Fact]
    public async Task Read_gives_no_more_than_asked_for()
    {
        for (int i = 0; i < 5; i++) await _ledger.AppendAsync(Numbered(i), Stop);
        IReadOnlyList<LedgerEntry> read = await _ledger.ReadAsync(1, 2, Stop);
        Assert.InRange(read.Count, 1, 2);
        Assert.Equal(1, read[0].Position);
    }

    [Fact]
    public async Task Concurrent_appends_get_one_position_each_without_gaps()
    {
        const int producers = 8, each = 60;
        var said = new ConcurrentDictionary<long, int>();
        await Task.WhenAll(Enumerable.Range(0, producers).Select(p => Task.Run(async () =>
        {
            long before = -1;
            for (int i = 0; i < each; i++)
            {
                int number = p * each + i;
                LedgerPosition at = await _ledger.AppendAsync(Numbered(number), Stop);
                Assert.True(at.Position > before, "An append that began after another had ended came before it.");
                Assert.True(said.TryAdd(at.Position, number), "Two appends got one position.");
                before = at.Position;
            }
        }, Stop)));
        List<LedgerEntry> read = await ReadAllAsync(_ledger);
        Assert.Equal(producers * each, read.Count);
        foreach (LedgerEntry entry in read) Assert.Equal(said[entry.Position], NumberOf(entry));
    }

    [Fact]
    public async Task T_66_times_never_go_backwards()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => _ledger.AppendAsync(Numbered(i), Stop).AsTask()));
        List<LedgerEntry> read = await ReadAllAsync(_ledger);
        Assert.Equal(200, read.Count);
        for (int i = 1; i < read.Count; i++) Assert.True(read[i].TimeMilliseconds >= read[i - 1].TimeMilliseconds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(75)]
    [InlineData(150)]
    [InlineData(299)]
    public async Task Follow_gives_all_once_and_in_order_under_concurrent_appends(long from)
    {
        const int count = 300;
        for (int i = 0; i < count / 2; i++) await _ledger.AppendAsync(Numbered(i), Stop);
        Task<List<LedgerEntry>> following = TakeAsync(_ledger, from, count - (int)from);
        Task producing = Task.WhenAll(Enumerable.Range(count / 2, count / 2).Select(i => _ledger.AppendAsync(Numbered(i), Stop).AsTask()));
        await producing.WaitAsync(Patience, Stop);
        List<LedgerEntry> followed = await following.WaitAsync(Patience, Stop);
        AssertSame((await ReadAllAsync(_ledger)).Skip((int)from), followed);
    }

    [Fact]
    public async Task Follow_waits_for_a_position_beyond_the_end()
    {
        Task<List<LedgerEntry>> following = TakeAsync(_ledger, 3, 1);
        for (int i = 0; i < 3; i++) await _ledger.AppendAsync(Numbered(i), Stop);
        Assert.False(following.IsCompleted);
        await _ledger.AppendAsync(Numbered(3), Stop);
        LedgerEntry entry = Assert.Single(await following.WaitAsync(Patience, Stop));
        Assert.Equal(3, NumberOf(entry));
    }

    [Fact]
    public async Task Following_from_the_last_possible_position_waits()
    {
        await _ledger.AppendAsync(Numbered(0), Stop);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using IAsyncEnumerator<LedgerEntry> follower = _ledger.FollowAsync(long.MaxValue, cancel.Token).GetAsyncEnumerator(Stop);
        ValueTask<bool> waiting = follower.MoveNextAsync();
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
    }

    [Fact]
    public async Task Several_followers_see_the_same()
    {
        Task<List<LedgerEntry>>[] followers = [.. Enumerable.Range(0, 4).Select(_ => TakeAsync(_ledger, 0, 100))];
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => _ledger.AppendAsync(Numbered(i), Stop).AsTask()));
        List<LedgerEntry>[] seen = await Task.WhenAll(followers).WaitAsync(Patience, Stop);
        foreach (List<LedgerEntry> one in seen) AssertSame(seen[0], one);
    }

    [Fact]
    public async Task Cancelling_ends_following()
    {
        await _ledger.AppendAsync(Numbered(0), Stop);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using IAsyncEnumerator<LedgerEntry> follower = _ledger.FollowAsync(0, cancel.Token).GetAsyncEnumerator(Stop);
        Assert.True(await follower.MoveNextAsync());
        ValueTask<bool> waiting = follower.MoveNextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting.AsTask().WaitAsync(Patience, Stop));
    }

    [Fact]
    public async Task Cancelled_append_fails_and_the_ledger_goes_on()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _ledger.AppendAsync(Numbered(0), new CancellationToken(true)));
        LedgerPosition at = await _ledger.AppendAsync(Numbered(1), Stop);
        LedgerEntry entry = Assert.Single(await _ledger.ReadAsync(at.Position, 1, Stop));
        Assert.Equal(1, NumberOf(entry));
    }

    [Fact]
    public async Task Restart_keeps_everything_and_continues()
    {
        for (int i = 0; i < 300; i++) await _ledger.AppendAsync(Numbered(i), Stop);
        List<LedgerEntry> before = await ReadAllAsync(_ledger);
        await CloseAsync(_ledger);
        _ledger = await OpenAsync();
        AssertSame(before, await ReadAllAsync(_ledger));
        LedgerPosition at = await _ledger.AppendAsync(Numbered(300), Stop);
        Assert.Equal(300, at.Position);
        Assert.True(at.TimeMilliseconds >= before[^1].TimeMilliseconds);
    }

    [Fact]
    public async Task Replays_are_equal()
    {
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => _ledger.AppendAsync(Filled(1 + i, (byte)(i % 251)), Stop).AsTask()));
        List<LedgerEntry> first = await ReadAllAsync(_ledger);
        AssertSame(first, await ReadAllAsync(_ledger));
        AssertSame(first, await TakeAsync(_ledger, 0, 500).WaitAsync(Patience, Stop));
    }

    [Fact]
    public async Task Closing_fails_waiting_followers_and_later_calls()
    {
        Task<List<LedgerEntry>> following = TakeAsync(_ledger, 0, 1);
        await CloseAsync(_ledger);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await following.WaitAsync(Patience, Stop));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _ledger.AppendAsync(Numbered(0), Stop));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _ledger.ReadAsync(0, 1, Stop));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _ledger.CountAsync(Stop));
    }

    [Fact]
    public async Task Closing_while_appends_wait_loses_none_that_was_acknowledged()
    {
        Task<LedgerPosition>[] appends = [.. Enumerable.Range(0, 3_000).Select(i => _ledger.AppendAsync(Numbered(i), Stop).AsTask())];
        await CloseAsync(_ledger);
        var acknowledged = new Dictionary<long, int>();
        for (int i = 0; i < appends.Length; i++)
        {
            try
            {
                acknowledged.Add((await appends[i].WaitAsync(Patience, Stop)).Position, i);
            }
            catch (ObjectDisposedException)
            {
                // Not acknowledged: it was still outside when the ledger closed.
            }
        }
        _ledger = await OpenAsync();
        List<LedgerEntry> read = await ReadAllAsync(_ledger);
        foreach ((long position, int number) in acknowledged) Assert.Equal(number, NumberOf(read[(int)position]));
    }

    internal static async Task<List<LedgerEntry>> ReadAllAsync(ILedger ledger)
    {
        var all = new List<LedgerEntry>();
        while (await ledger.ReadAsync(all.Count, 64, Stop) is { Count: > 0 } page) all.AddRange(page);
        return all;
    }

    internal static async Task<List<LedgerEntry>> TakeAsync(ILedger ledger, long from, int count)
    {
        var taken = new List<LedgerEntry>();
        await foreach (LedgerEntry entry in ledger.FollowAsync(from, Stop))
        {
            taken.Add(entry);
            if (taken.Count == count) break;
        }
        return taken;
    }

    internal static byte[] Numbered(int number)
    {
        var bytes = new byte[32];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    internal static int NumberOf(LedgerEntry entry) => BinaryPrimitives.ReadInt32BigEndian(entry.Bytes.Span);

    internal static byte[] Filled(int size, byte value)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, value);
        return bytes;
    }

    internal static void AssertSame(IEnumerable<LedgerEntry> expected, IEnumerable<LedgerEntry> actual) =>
        Assert.Equal(expected.Select(Describe), actual.Select(Describe));

    private static string Describe(LedgerEntry entry) => $"{entry.Position} {entry.TimeMilliseconds} {Convert.ToHexStringLower(entry.Bytes.Span)}";
}
