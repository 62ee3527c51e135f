using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>What a log has signed and cannot have both ways: a file by which a third person sees that it showed two histories or broke a promise.</summary>
/// <remarks>
/// <code>
/// 0     8    magic: 45 52 52 41 4E 44 1A 46  ("ERRAND", SUB, "F")
/// 8     n    canonical CBOR map
///              0: uint                kind: 1 fork, 2 broken promise
///              1: bytes               a note that the log signed: the first of two checkpoints, or the one that breaks the promise
///            [ 2: bytes ]             fork: the other checkpoint, of the same size or larger
///            [ 3: bytes ]             broken promise: the promise
///              4: [*126 hash32]       subtrees of the last named tree before the place in question
///              5: [*126 hash32]       subtrees behind it
///            [ 6: hash32 ]            broken promise: the leaf that lies there
/// 8+n   32   SHA-256 of everything before: tells a damaged file; it proves nothing
/// </code>
/// A fork of unequal sizes: the subtrees of 4 are the larger tree's first leaves, as many as the smaller tree has. They have another root
/// than the smaller checkpoint, and together with 5 that of the larger.
/// </remarks>
public sealed record LedgerEvidence
{
    /// <summary>The longest file.</summary>
    public const int SizeBytesMax = 2 * ProvenPage.NoteSizeBytesMax + 32 * 1024;

    /// <summary>What it shows.</summary>
    public required LedgerEvidenceKind Kind { get; init; }

    /// <summary>A checkpoint.</summary>
    public required SignedNote Note { get; init; }

    /// <summary>Of a fork: the other checkpoint, not the smaller one.</summary>
    public SignedNote? Other { get; init; }

    /// <summary>Of a broken promise: the promise.</summary>
    public LedgerPromise? Promise { get; init; }

    /// <summary>The place in question, in the last named tree.</summary>
    public required RangeProof Proof { get; init; }

    /// <summary>Of a broken promise: the leaf that lies in the promised place.</summary>
    public Bytes32? Leaf { get; init; }

    private static ReadOnlySpan<byte> Magic => "ERRAND\x1A\x46"u8;

    /// <summary>Judges it: true only if the log's own signatures contradict each other. Pure: the same file and key give the same answer for ever.</summary>
    public bool Proves(VerifierKey log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (!Checkpoint.TryOpen(Note.ToBytes(), log, out SignedCheckpoint? first)) return false;
        return Kind switch
        {
            LedgerEvidenceKind.Fork => Other is not null && Checkpoint.TryOpen(Other.ToBytes(), log, out SignedCheckpoint? other) && IsFork(first.Checkpoint, other.Checkpoint),
            LedgerEvidenceKind.BrokenPromise => Promise is not null && Promise.IsOf(log) && IsBroken(first.Checkpoint, Promise),
            _ => false,
        };
    }

    /// <summary>The file.</summary>
    public byte[] Encode()
    {
        CanonicalWriter writer = new CanonicalWriter().Raw(Magic).Map(4 + (Other is null ? 0 : 1) + (Promise is null ? 0 : 1) + (Leaf is null ? 0 : 1)).Key(0).UInt((ulong)Kind).Key(1).Bytes(Note.ToBytes());
        if (Other is not null) writer.Key(2).Bytes(Other.ToBytes());
        if (Promise is not null) writer.Key(3).Bytes(Promise.Encode());
        Write(writer.Key(4), Proof.Left);
        Write(writer.Key(5), Proof.Right);
        if (Leaf is { } leaf) writer.Key(6).Bytes(leaf);
        return writer.Raw(SHA256.HashData(writer.Span)).ToArray();
    }

    /// <summary>Reads a file; false for anything but the exact form. Judges nothing. Never throws for content.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> file, [NotNullWhen(true)] out LedgerEvidence? evidence)
    {
        evidence = null;
        if (file.Length > SizeBytesMax || file.Length < Magic.Length + SHA256.HashSizeInBytes || !file.StartsWith(Magic)) return false;
        if (!file.EndsWith(SHA256.HashData(file[..^SHA256.HashSizeInBytes]))) return false;
        ReadOnlySpan<byte> map = file[Magic.Length..^SHA256.HashSizeInBytes];
        if (!CanonicalCbor.IsCanonical(map)) return false;
        var fields = new FieldReader(map);
        var kind = (LedgerEvidenceKind)fields.Int(0);
        ReadOnlySpan<byte> note = fields.Bytes(1, 1, ProvenPage.NoteSizeBytesMax);
        ReadOnlySpan<byte> other = fields.Has(2) ? fields.Bytes(2, 1, ProvenPage.NoteSizeBytesMax) : [];
        ReadOnlySpan<byte> promise = fields.Has(3) ? fields.Bytes(3, 1, LedgerPromise.SizeBytesMax) : [];
        var proof = new RangeProof(fields.Array<Bytes32>(4, RangeProof.CountMax, Items.Bytes32), fields.Array<Bytes32>(5, RangeProof.CountMax, Items.Bytes32));
        Bytes32? leaf = fields.Has(6) ? fields.Bytes32(6) : null;
        if (fields.Close() != FieldError.None || !SignedNote.TryParse(note, out SignedNote? first)) return false;
        SignedNote? second = null;
        LedgerPromise? word = null;
        if (!other.IsEmpty && !SignedNote.TryParse(other, out second)) return false;
        if (!promise.IsEmpty && !LedgerPromise.TryDecode(promise, out word)) return false;
        bool whole = kind switch
        {
            LedgerEvidenceKind.Fork => second is not null && word is null && leaf is null,
            LedgerEvidenceKind.BrokenPromise => second is null && word is not null && leaf is not null,
            _ => false,
        };
        if (!whole) return false;
        evidence = new LedgerEvidence { Kind = kind, Note = first, Other = second, Promise = word, Proof = proof, Leaf = leaf };
        return true;
    }

    private bool IsFork(Checkpoint first, Checkpoint other)
    {
        if (first.Size == other.Size) return first.Root != other.Root;
        return first.Size < other.Size && Proof.TryRoots(first.Size, [], other.Size, out Bytes32 root, out Bytes32 before) && root == other.Root && before != first.Root;
    }

    private bool IsBroken(Checkpoint checkpoint, LedgerPromise promise) =>
        Leaf is { } leaf && leaf != promise.Leaf && Proof.Verify(promise.Position.Position, [leaf], checkpoint.Size, checkpoint.Root);

    private static void Write(CanonicalWriter writer, IReadOnlyList<Bytes32> hashes)
    {
        writer.Array(hashes.Count);
        foreach (Bytes32 hash in hashes) writer.Bytes(hash);
    }
}
