using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What a node signs to say that a state root is that of the ledger after so many entries. Beside the ledger: nobody folds it.</summary>
/// <param name="Network">The network.</param>
/// <param name="Position">So many entries.</param>
/// <param name="LedgerMilliseconds">The ledger's time of the last of them; 0 before the first.</param>
/// <param name="Root">The state root after them.</param>
public sealed record StateCheckpoint(NetworkId Network, long Position, long LedgerMilliseconds, StateRoot Root)
{
    /// <summary>Nodes sign after every so many entries, whatever the network, so that all of them sign the same positions .</summary>
    public const long Interval = 1000;

    /// <summary>Of a state as it is.</summary>
    public static StateCheckpoint Of(NetworkState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new StateCheckpoint(state.Network, state.NextPosition, state.LedgerMilliseconds, state.Root());
    }

    /// <summary>True for a position at which nodes sign.</summary>
    public static bool IsStated(long position) => position > 0 && position % Interval == 0;

    /// <summary>Signs it with a node's key: a frame.</summary>
    public CoseSign1 Sign(SigningKey key) => CoseSigner.Sign(key, Context(Network), Encode());

    /// <summary>The checkpoint that one node has signed; null when the frame is none, or another's.</summary>
    public static StateCheckpoint? TryOpen(NetworkId network, ReadOnlySpan<byte> frame, PublicKey signer) =>
        CoseSign1.TryParse(frame) is { } parsed && parsed.Signer == signer ? TryOpen(network, parsed) : null;

    /// <summary>The checkpoint that at least <paramref name="quorum"/> of some nodes have signed, one and the same; null if there is none.</summary>
    /// <param name="network">The network.</param>
    /// <param name="frames">What was offered; frames that are none, or of others, do not count.</param>
    /// <param name="trusted">The nodes whose word counts: the verifiers of a state that is trusted, or those of the genesis.</param>
    /// <param name="quorum">How many of them; <see cref="Lottery.AcceptThreshold"/> of their number unless there is a reason.</param>
    public static StateCheckpoint? TryAgree(NetworkId network, IEnumerable<ReadOnlyMemory<byte>> frames, IReadOnlySet<PublicKey> trusted, int quorum)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(trusted);
        ArgumentOutOfRangeException.ThrowIfLessThan(quorum, 1);
        // Two positions may have their quorum at a time: the later one saves more folding.
        return CountSigners(network, frames, trusted)
            .Where(found => found.Value.Count >= quorum)
            .Select(found => found.Key)
            .MaxBy(checkpoint => checkpoint.Position);
    }

    /// <summary>Who of some nodes has signed which checkpoint.</summary>
    public static IReadOnlyDictionary<StateCheckpoint, HashSet<PublicKey>> CountSigners(NetworkId network, IEnumerable<ReadOnlyMemory<byte>> frames, IReadOnlySet<PublicKey> trusted)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(trusted);
        var signers = new Dictionary<StateCheckpoint, HashSet<PublicKey>>();
        foreach (ReadOnlyMemory<byte> bytes in frames)
        {
            if (CoseSign1.TryParse(bytes.Span) is not { } frame || !trusted.Contains(frame.Signer) || TryOpen(network, frame) is not { } checkpoint) continue;
            if (!signers.TryGetValue(checkpoint, out HashSet<PublicKey>? agreed)) signers.Add(checkpoint, agreed = []);
            agreed.Add(frame.Signer);
        }
        return signers;
    }

    private static StateCheckpoint? TryOpen(NetworkId network, CoseSign1 frame) =>
        Ed25519.Verify(frame.Signer, frame.ToBeSigned(Context(network)), frame.Signature) ? TryDecode(network, frame.Payload) : null;

    private byte[] Encode() => new CanonicalWriter().Map(3)
        .Key(0).UInt((ulong)Position).Key(1).UInt((ulong)LedgerMilliseconds).Key(2).Bytes(Root.Value).ToArray();

    private static StateCheckpoint? TryDecode(NetworkId network, ReadOnlySpan<byte> payload)
    {
        if (!CanonicalCbor.IsCanonical(payload)) return null;
        var fields = new FieldReader(payload);
        var checkpoint = new StateCheckpoint(network, (long)fields.UInt(0, long.MaxValue), (long)fields.UInt(1, long.MaxValue), new StateRoot(fields.Bytes32(2)));
        return fields.Close() == FieldError.None ? checkpoint : null;
    }

    private static byte[] Context(NetworkId network) => new TaggedHash(Tags.StateCheckpoint).Add(network.Value).ToBytes64();
}
