using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>A log as its readers see it: the entries that its published checkpoint covers, each with its proof.</summary>
internal sealed class ServedLog(NetworkId network, ReadOnlyMemory<byte> genesis, ITreeLedger tree, CheckpointBoard board, SigningKey? key)
{
    internal NetworkId Network => network;

    /// <summary>The network's exact genesis document.</summary>
    internal ReadOnlyMemory<byte> Genesis => genesis;

    internal ITreeLedger Tree => tree;

    /// <summary>What is published.</summary>
    internal CheckpointBoard Board => board;

    /// <summary>False for a mirror.</summary>
    internal bool TakesEntries => key is not null;

    /// <summary>How many entries are published.</summary>
    internal long Size => board.Current.Checkpoint.Size;

    /// <summary>Entries from a position on with their proof; none when the position is at the end or beyond.</summary>
    internal async ValueTask<ProvenPage> PageAsync(long from, int countMax, CancellationToken cancellation)
    {
        SignedCheckpoint checkpoint = board.Current;
        long size = checkpoint.Checkpoint.Size;
        // A mirror that has not reached its first checkpoint has nothing to show, not even that there is nothing.
        if (checkpoint.Note.Signatures.Count == 0) throw new LedgerException(LedgerFault.Transport, "Nothing is mirrored yet.");
        if (from > size) from = size;
        int count = (int)Math.Min(countMax, size - from);
        IReadOnlyList<LedgerEntry> entries = count > 0 ? await tree.ReadAsync(from, count, cancellation).ConfigureAwait(false) : [];
        return new ProvenPage(checkpoint.Note, from, entries, tree.ProveRange(from, from + entries.Count, size));
    }

    /// <summary>The log's word for an entry that is durable.</summary>
    internal LedgerPromise Promise(LedgerPosition position, ReadOnlySpan<byte> entry) =>
        LedgerPromise.Make(tree.VerifierKey, key ?? throw new InvalidOperationException("A mirror promises nothing."), position, entry);
}
