using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>A run of entries with the checkpoint they are final under and the proof that they lie there: what a served ledger gives its readers.</summary>
/// <remarks>
/// <code>
/// {
///   0: bytes               the checkpoint, a signed note with its cosignatures
///   1: uint                position of the first entry
///   2: [*4096 [time, bytes]]
///   3: [*126 hash32]       subtrees before the entries
///   4: [*126 hash32]       subtrees behind them, up to the checkpoint's size
/// }
/// </code>
/// A page without entries proves that the tree up to its position continues; it is also the sign of life of a stream.
/// </remarks>
public sealed record ProvenPage(SignedNote Note, long From, IReadOnlyList<LedgerEntry> Entries, RangeProof Proof)
{
    /// <summary>The longest page.</summary>
    public const int SizeBytesMax = NoteSizeBytesMax + LedgerLimits.ReadSizeBytesMax + LedgerLimits.LeafSizeBytesMax + LedgerLimits.ReadCountMax * 16 + 2 * RangeProof.CountMax * 34 + 64;

    /// <summary>The longest note in a page: the log and all its witnesses.</summary>
    public const int NoteSizeBytesMax = 32 * 1024;

    /// <summary>The page as canonical CBOR.</summary>
    public byte[] Encode()
    {
        CanonicalWriter writer = new CanonicalWriter().Map(5).Key(0).Bytes(Note.ToBytes()).Key(1).UInt((ulong)From).Key(2).Array(Entries.Count);
        foreach (LedgerEntry entry in Entries) writer.Array(2).UInt((ulong)entry.TimeMilliseconds).Bytes(entry.Bytes.Span);
        Write(writer.Key(3), Proof.Left);
        Write(writer.Key(4), Proof.Right);
        return writer.ToArray();
    }

    /// <summary>Reads a page; false for anything but the exact form. Verifies nothing. Never throws for content.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out ProvenPage? page)
    {
        page = null;
        if (encoded.Length > SizeBytesMax || !CanonicalCbor.IsCanonical(encoded)) return false;
        var fields = new FieldReader(encoded);
        ReadOnlySpan<byte> note = fields.Bytes(0, 1, NoteSizeBytesMax);
        ulong from = fields.UInt(1, long.MaxValue - LedgerLimits.ReadCountMax);
        (long Time, byte[] Bytes)[] items = fields.Array<(long, byte[])>(2, LedgerLimits.ReadCountMax, TryReadItem);
        Bytes32[] left = fields.Array<Bytes32>(3, RangeProof.CountMax, Items.Bytes32);
        Bytes32[] right = fields.Array<Bytes32>(4, RangeProof.CountMax, Items.Bytes32);
        if (fields.Error != FieldError.None || !SignedNote.TryParse(note, out SignedNote? signed) || fields.Close() != FieldError.None) return false;
        var entries = new LedgerEntry[items.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            if (i > 0 && items[i].Time < items[i - 1].Time) return false;
            entries[i] = new LedgerEntry((long)from + i, items[i].Time, items[i].Bytes);
        }
        page = new ProvenPage(signed, (long)from, entries, new RangeProof(left, right));
        return true;
    }

    /// <summary>True when the entries lie at their places in the tree of a checkpoint; gives the root of the tree before them.</summary>
    public bool Verify(Checkpoint checkpoint, out Bytes32 before)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Bytes32[] leaves = [.. Entries.Select(entry => LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span))];
        return Proof.TryRoots(From, leaves, checkpoint.Size, out Bytes32 root, out before) && root == checkpoint.Root;
    }

    private static void Write(CanonicalWriter writer, IReadOnlyList<Bytes32> hashes)
    {
        writer.Array(hashes.Count);
        foreach (Bytes32 hash in hashes) writer.Bytes(hash);
    }

    private static bool TryReadItem(ReadOnlySpan<byte> item, out (long, byte[]) value)
    {
        value = default;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !reader.TryReadUInt(out ulong time) || time > long.MaxValue
            || !reader.TryReadBytes(LedgerLimits.EntrySizeBytesMax, out ReadOnlySpan<byte> bytes) || bytes.IsEmpty || !reader.AtEnd) return false;
        value = ((long)time, bytes.ToArray());
        return true;
    }
}
