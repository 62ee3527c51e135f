using System.Globalization;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>States that a quorum of verifiers has signed, as readers use them who do not fold a network's ledger from its first entry (docs/protocol/state.md section 9.4).</summary>
/// <remarks>
/// Signers are the founding verifiers of the genesis. Whoever held the keys of a quorum of them could make up a state, so nothing begins
/// from one unless its user has asked for it: by fetching it into a folder.
/// </remarks>
public static class TrustedState
{
    private const string UnfinishedSuffix = ".download.part";

    /// <summary>The folder of a network's states below a folder of states.</summary>
    public static SnapshotFolder FolderOf(string states, NetworkId network) => new(Path.Combine(states, network.ToString()));

    /// <summary>Fetches the newest state with a quorum from an untrusted host, verifies all of it, and keeps it.</summary>
    /// <param name="from">A host of verifiers.</param>
    /// <param name="genesis">The network.</param>
    /// <param name="folder">Where it is kept.</param>
    /// <param name="time">For timeouts.</param>
    /// <param name="progress">Told how many bytes have come; null for nobody.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>What was signed.</returns>
    /// <exception cref="ClientException"><c>network/unreachable</c>, <c>state/no-quorum</c>, <c>state/damaged</c>, <c>file/unreadable</c>.</exception>
    public static async Task<StateCheckpoint> FetchAsync(Uri from, Genesis genesis, SnapshotFolder folder, TimeProvider time, Action<long>? progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            using var host = new StateDownload(from, time);
            IReadOnlyList<ReadOnlyMemory<byte>> frames = await host.CheckpointsAsync(cancellation).ConfigureAwait(false);
            StateCheckpoint signed = Find(genesis, frames) ?? throw NoQuorum(genesis, $"{from} has no state");
            Directory.CreateDirectory(folder.Root);
            string unfinished = Path.Combine(folder.Root, string.Create(CultureInfo.InvariantCulture, $"{signed.Position}{UnfinishedSuffix}"));
            var file = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16, FileOptions.DeleteOnClose);
            await using (file.ConfigureAwait(false))
            {
                if (!await host.TrySnapshotAsync(signed.Position, file, progress, cancellation).ConfigureAwait(false))
                    throw new ClientException(ClientError.StateMissing, string.Create(CultureInfo.InvariantCulture, $"{from} does not have the state at {signed.Position:N0} any more."));
                file.Position = 0;
                NetworkState state = Load(genesis, file, signed);
                if (!folder.TrySave(signed.Position, state.Save, extra: [], StateWire.EncodeCheckpoints([.. frames.Where(frame => IsOf(genesis, frame, signed))])))
                    throw new ClientException(ClientError.FileUnreadable, $"Another process writes to {folder.Root}, or the state is too long.");
            }
            return signed;
        }
        catch (LedgerException fault)
        {
            throw LedgerFaults.Translate(fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"The state cannot be kept in {folder.Root}: {fault.Message}", fault);
        }
    }

    /// <summary>Loads the newest state of a folder, and holds it against the signatures beside it; null when the folder has none.</summary>
    /// <exception cref="ClientException"><c>state/no-quorum</c>, <c>state/damaged</c>, <c>file/unreadable</c>.</exception>
    public static NetworkState? Open(Genesis genesis, SnapshotFolder folder)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            if (folder.Positions() is not [var position, ..]) return null;
            if (folder.ReadNote(position) is not { } note || !StateWire.TryDecodeCheckpoints(note, out IReadOnlyList<ReadOnlyMemory<byte>> frames)
                || Find(genesis, frames) is not { } signed || signed.Position != position) throw NoQuorum(genesis, $"{folder.Root} holds no state");
            using FileStream? snapshot = folder.Open(position);
            return Load(genesis, snapshot ?? Stream.Null, signed);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"The state in {folder.Root} cannot be read: {fault.Message}", fault);
        }
    }

    private static NetworkState Load(Genesis genesis, Stream snapshot, StateCheckpoint signed)
    {
        SnapshotError error = NetworkState.TryLoadSigned(genesis, snapshot, signed, out NetworkState? state, (count, work) => Parallel.For(0, count, work));
        return state ?? throw new ClientException(ClientError.StateDamaged, string.Create(CultureInfo.InvariantCulture, $"The state is not the one that was signed at {signed.Position:N0}: {error}."));
    }

    private static StateCheckpoint? Find(Genesis genesis, IReadOnlyList<ReadOnlyMemory<byte>> frames) =>
        StateCheckpoint.TryAgree(genesis.NetworkId(), frames, Signers(genesis), Lottery.AcceptThreshold(genesis.FoundingVerifiers.Length));

    private static bool IsOf(Genesis genesis, ReadOnlyMemory<byte> frame, StateCheckpoint signed) =>
        Signers(genesis).Any(signer => StateCheckpoint.TryOpen(genesis.NetworkId(), frame.Span, signer) == signed);

    private static HashSet<PublicKey> Signers(Genesis genesis) => [.. genesis.FoundingVerifiers.Select(founder => founder.Node)];

    private static ClientException NoQuorum(Genesis genesis, string where) => new(
        ClientError.StateNoQuorum, $"{where} that {Lottery.AcceptThreshold(genesis.FoundingVerifiers.Length)} of the {genesis.FoundingVerifiers.Length} founding verifiers have signed.");
}
