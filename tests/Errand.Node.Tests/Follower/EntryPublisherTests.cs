using System.Collections.Concurrent;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Errand.Node.Tests;

public sealed class EntryPublisherTests : IDisposable
{
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000));
    private readonly MemoryLedger _ledger = new();
    private readonly EntryPublisher _publisher;

    public EntryPublisherTests() => _publisher = new EntryPublisher(_ledger, default, _key, _time);

    public void Dispose()
    {
        _publisher.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task Numbers_are_microseconds_and_rise_even_within_one_instant()
    {
        await PublishAsync();
        await PublishAsync();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await PublishAsync();
        Assert.Equal([1_800_000_000_000_000, 1_800_000_000_000_001, 1_800_000_000_001_000], Sequences());
    }

    [Fact]
    public async Task A_number_seen_on_the_ledger_is_passed_even_if_the_clock_is_behind()
    {
        _publisher.NoteSequence(2_000_000_000_000_000);
        await PublishAsync();
        _publisher.NoteSequence(5);
        await PublishAsync();
        Assert.Equal([2_000_000_000_000_001, 2_000_000_000_000_002], Sequences());
    }

    [Fact]
    public async Task Entries_of_many_threads_are_appended_in_the_order_of_their_numbers()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            if (i % 3 == 0) _publisher.NoteSequence(1_800_000_000_000_000 + (ulong)i * 10);
            await PublishAsync();
        })));
        ulong[] sequences = Sequences();
        Assert.Equal(50, sequences.Distinct().Count());
        Assert.Equal(sequences.Order(), sequences);
    }

    [Fact]
    public async Task The_id_is_told_before_the_entry_is_appended_and_is_that_of_the_entry()
    {
        EntryId told = default;
        (EntryId id, CoseSign1 frame) = await _publisher.PublishFrameAsync(new TickEntry(), signed =>
        {
            Assert.Empty(_ledger.Entries);
            told = signed;
        }, CancellationToken.None);
        Assert.Equal(id, told);
        Assert.Equal(frame.Encoded.ToArray(), Assert.Single(_ledger.Entries));
        Assert.Equal(id, PreparedEntry.Prepare(default, frame.Encoded.Span).Id);
    }

    [Fact]
    public async Task A_failed_append_blocks_nobody()
    {
        _ledger.Fails = true;
        await Assert.ThrowsAsync<LedgerException>(PublishAsync);
        _ledger.Fails = false;
        await PublishAsync();
        Assert.Single(_ledger.Entries);
    }

    private Task<EntryId> PublishAsync() => _publisher.PublishAsync(new TickEntry(), CancellationToken.None);

    private ulong[] Sequences() => [.. _ledger.Entries.Select(entry => PreparedEntry.Prepare(default, entry).Sequence)];

    private sealed class MemoryLedger : ILedger
    {
        public ConcurrentQueue<byte[]> Entries { get; } = [];

        public bool Fails { get; set; }

        public async ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default)
        {
            if (Fails) throw new LedgerException(LedgerFault.Transport, "Away.");
            await Task.Yield();
            Entries.Enqueue(entry.ToArray());
            return default;
        }

        public ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default) => throw new NotSupportedException();

        public IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, CancellationToken cancellation = default) => throw new NotSupportedException();

        public ValueTask<long> CountAsync(CancellationToken cancellation = default) => ValueTask.FromResult((long)Entries.Count);
    }
}
