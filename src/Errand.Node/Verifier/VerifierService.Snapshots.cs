using Errand.Protocol;

namespace Errand.Node;

/// <summary>What a verifier signs and serves of the state (docs/protocol/state.md section 9.4).</summary>
public sealed partial class VerifierService : IStateSource
{
    private volatile IReadOnlyList<ReadOnlyMemory<byte>> _checkpoints = [];

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> StateCheckpoints => _checkpoints;

    /// <inheritdoc/>
    public Stream? OpenSnapshot(long position) => Snapshots?.Open(position);

    private protected override byte[] SaveExtra() => _book.Save(State);

    private protected override async Task<bool> TryTakeExtraAsync(NetworkState state, ReadOnlyMemory<byte> extra, CancellationToken cancellation)
    {
        if (await CaseBook.TryLoadAsync(state.Network, extra, _ledger, cancellation).ConfigureAwait(false) is not { } book) return false;
        _book = book;
        return true;
    }

    private protected override void OnSnapshots(IReadOnlyList<StateCheckpoint> kept) =>
        _checkpoints = [.. kept.Select(checkpoint => checkpoint.Sign(Self.Key).Encoded)];
}
