using Errand.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace Errand.Ledger.Tests;

public sealed class CheckpointPaceTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_ledger_has_a_signed_checkpoint_of_the_empty_tree()
    {
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        Checkpoint checkpoint = ledger.LatestCheckpoint.Checkpoint;
        Assert.Equal(new Checkpoint($"errand/{LedgerFolder.Network}", 0, MerkleHasher.Empty), checkpoint);
        Assert.True(Checkpoint.TryOpen(ledger.LatestCheckpoint.Note.ToBytes(), ledger.VerifierKey, out _));
    }

    [Fact]
    public async Task The_first_group_is_signed_at_once_and_the_next_when_the_interval_is_over()
    {
        var clock = new FakeTimeProvider();
        await using EmbeddedLedger ledger = await _folder.OpenAsync(clock);
        await ledger.AppendAsync(LedgerContract.Numbered(0), Stop);
        Assert.Equal(1, ledger.LatestCheckpoint.Checkpoint.Size);
        await ledger.AppendAsync(LedgerContract.Numbered(1), Stop);
        await ledger.AppendAsync(LedgerContract.Numbered(2), Stop);
        Assert.Equal(1, ledger.LatestCheckpoint.Checkpoint.Size);
        ValueTask<SignedCheckpoint> waiting = ledger.WaitForCheckpointAsync(3, Stop);
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(3, (await waiting).Checkpoint.Size);
    }

    [Fact]
    public async Task Closing_signs_what_is_left()
    {
        var clock = new FakeTimeProvider();
        await using (EmbeddedLedger ledger = await _folder.OpenAsync(clock))
        {
            for (int i = 0; i < 5; i++) await ledger.AppendAsync(LedgerContract.Numbered(i), Stop);
            Assert.Equal(1, ledger.LatestCheckpoint.Checkpoint.Size);
        }
        await using EmbeddedLedger again = await _folder.OpenAsync();
        Assert.Equal(5, again.LatestCheckpoint.Checkpoint.Size);
    }

    [Fact]
    public async Task Every_published_checkpoint_is_signed_and_consistent_with_the_one_before()
    {
        await using EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(_folder.Options with { CheckpointInterval = TimeSpan.Zero }, TimeProvider.System);
        Task producing = Task.Run(async () =>
        {
            for (int i = 0; i < 600; i++) await ledger.AppendAsync(LedgerContract.Numbered(i), Stop);
        }, Stop);
        Checkpoint before = ledger.LatestCheckpoint.Checkpoint;
        int seen = 0;
        while (before.Size < 600)
        {
            SignedCheckpoint signed = await ledger.WaitForCheckpointAsync(before.Size + 1, Stop);
            Checkpoint next = signed.Checkpoint;
            Assert.True(Checkpoint.TryOpen(signed.Note.ToBytes(), ledger.VerifierKey, out _));
            Assert.True(next.Size <= await ledger.CountAsync(Stop), "A checkpoint covers an entry that is not final.");
            Assert.True(MerkleProofs.VerifyConsistency(before.Size, before.Root, next.Size, next.Root, ledger.ProveConsistency(before.Size, next.Size)));
            before = next;
            seen++;
        }
        await producing;
        Assert.True(seen > 1);
    }

    [Fact]
    public async Task Entries_are_proved_against_checkpoints()
    {
        await _folder.FillAsync(700);
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        Checkpoint checkpoint = ledger.LatestCheckpoint.Checkpoint;
        foreach (LedgerEntry entry in await LedgerContract.ReadAllAsync(ledger))
        {
            Bytes32 leaf = LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span);
            IReadOnlyList<Bytes32> proof = ledger.ProveInclusion(entry.Position, checkpoint.Size);
            Assert.True(MerkleProofs.VerifyInclusion(leaf, entry.Position, checkpoint.Size, checkpoint.Root, proof));
            // The time is proved as much as the bytes are.
            Bytes32 other = LedgerLeaf.Hash(entry.TimeMilliseconds + 1, entry.Bytes.Span);
            Assert.False(MerkleProofs.VerifyInclusion(other, entry.Position, checkpoint.Size, checkpoint.Root, proof));
        }
    }

    [Fact]
    public async Task The_tree_is_the_same_at_every_size_as_one_kept_in_memory()
    {
        await _folder.FillAsync(600);
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        var accumulator = new MerkleAccumulator();
        foreach (LedgerEntry entry in await LedgerContract.ReadAllAsync(ledger))
        {
            Bytes32 oldRoot = accumulator.Root;
            accumulator.AppendLeafHash(LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span));
            Assert.True(ledger.IsExtensionOf(new Checkpoint(ledger.VerifierKey.Name, accumulator.Count, accumulator.Root)));
            IReadOnlyList<Bytes32> proof = ledger.ProveConsistency(accumulator.Count - 1, accumulator.Count);
            Assert.True(MerkleProofs.VerifyConsistency(accumulator.Count - 1, oldRoot, accumulator.Count, accumulator.Root, proof));
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(3, 3)]
    [InlineData(0, 4)]
    [InlineData(0, 0)]
    public async Task What_is_not_in_the_log_cannot_be_proved(long position, long size)
    {
        await _folder.FillAsync(3);
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.ProveInclusion(position, size));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.ProveConsistency(size + 1, size));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.ProveConsistency(0, 4));
    }
}
