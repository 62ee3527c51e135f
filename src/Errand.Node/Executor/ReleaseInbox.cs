using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>
/// Release messages for one enclave. Anyone can send one, and an enclave that is given a wrong one ends: so only the message whose
/// digest its owner has put on the ledger gets through. Thread-safe; bounded.
/// </summary>
internal sealed class ReleaseInbox
{
    // A message may be here a moment before this node has folded the release: a few wait for that.
    private const int WaitingMax = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<AssetId, Slot> _slots = [];

    public ReleaseInbox(IEnumerable<AssetId> assets)
    {
        foreach (AssetId asset in assets) _slots[asset] = new Slot();
    }

    /// <summary>Takes a message from whoever sends it.</summary>
    public ReleaseTaking Offer(AssetId asset, ReadOnlyMemory<byte> message)
    {
        if (!_slots.TryGetValue(asset, out Slot? slot)) return ReleaseTaking.NoSuchEnclave;
        Bytes32 digest = ReleaseEntry.DigestOf(message.Span);
        lock (_lock)
        {
            if (slot.Expected is { } expected)
            {
                if (digest != expected) return ReleaseTaking.NotTheRelease;
                slot.Message.TrySetResult(message);
                return ReleaseTaking.Taken;
            }
            if (slot.Waiting.ContainsKey(digest)) return ReleaseTaking.Taken;
            if (slot.Waiting.Count >= WaitingMax) return ReleaseTaking.Busy;
            slot.Waiting.Add(digest, message);
            return ReleaseTaking.Taken;
        }
    }

    /// <summary>Takes the digest of an asset's release from the ledger.</summary>
    public void Expect(AssetId asset, Bytes32 digest)
    {
        lock (_lock)
        {
            Slot slot = _slots[asset];
            if (slot.Expected is not null) return;
            slot.Expected = digest;
            if (slot.Waiting.TryGetValue(digest, out ReadOnlyMemory<byte> message)) slot.Message.TrySetResult(message);
            slot.Waiting.Clear();
        }
    }

    /// <summary>Waits for an asset's release.</summary>
    public Task<ReadOnlyMemory<byte>> ReceiveAsync(AssetId asset, CancellationToken cancellation) => _slots[asset].Message.Task.WaitAsync(cancellation);

    private sealed class Slot
    {
        public Bytes32? Expected { get; set; }

        public Dictionary<Bytes32, ReadOnlyMemory<byte>> Waiting { get; } = [];

        public TaskCompletionSource<ReadOnlyMemory<byte>> Message { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
