using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

public sealed class ReleaseInboxTests
{
    private static readonly AssetId Asset = new(default);
    private static readonly byte[] Good = [1, 2, 3];

    private readonly ReleaseInbox _inbox = new([Asset]);

    [Fact]
    public async Task The_message_that_the_ledger_names_gets_through_whichever_comes_first()
    {
        Assert.Equal(ReleaseTaking.Taken, _inbox.Offer(Asset, Good));
        Task<ReadOnlyMemory<byte>> received = _inbox.ReceiveAsync(Asset, CancellationToken.None);
        Assert.False(received.IsCompleted);
        _inbox.Expect(Asset, ReleaseEntry.DigestOf(Good));
        Assert.Equal(Good, (await received).ToArray());

        var late = new ReleaseInbox([Asset]);
        late.Expect(Asset, ReleaseEntry.DigestOf(Good));
        Assert.Equal(ReleaseTaking.Taken, late.Offer(Asset, Good));
        Assert.Equal(ReleaseTaking.Taken, late.Offer(Asset, Good));
        Assert.Equal(Good, (await late.ReceiveAsync(Asset, CancellationToken.None)).ToArray());
    }

    [Fact]
    public async Task Strangers_messages_neither_get_through_nor_keep_the_owners_out()
    {
        for (byte i = 10; i < 14; i++) Assert.Equal(ReleaseTaking.Taken, _inbox.Offer(Asset, new[] { i }));
        Assert.Equal(ReleaseTaking.Busy, _inbox.Offer(Asset, Good));
        _inbox.Expect(Asset, ReleaseEntry.DigestOf(Good));
        Assert.Equal(ReleaseTaking.NotTheRelease, _inbox.Offer(Asset, new byte[] { 10 }));
        Assert.Equal(ReleaseTaking.Taken, _inbox.Offer(Asset, Good));
        Assert.Equal(Good, (await _inbox.ReceiveAsync(Asset, CancellationToken.None)).ToArray());
    }

    [Fact]
    public async Task The_first_digest_counts_and_waiting_ends_when_cancelled()
    {
        _inbox.Expect(Asset, ReleaseEntry.DigestOf(Good));
        _inbox.Expect(Asset, ReleaseEntry.DigestOf([9]));
        Assert.Equal(ReleaseTaking.NotTheRelease, _inbox.Offer(Asset, new byte[] { 9 }));
        using var stop = new CancellationTokenSource();
        Task<ReadOnlyMemory<byte>> waiting = _inbox.ReceiveAsync(Asset, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void An_asset_of_another_task_has_no_place()
    {
        Assert.True(Bytes32.TryParseHex(new string('a', 64), out Bytes32 other));
        Assert.Equal(ReleaseTaking.NoSuchEnclave, _inbox.Offer(new AssetId(other), Good));
    }
}
