using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>One file by which anybody can check, offline, what a task's receipt stands on.</summary>
/// <remarks>
/// <code>
/// 0     8    magic: 45 52 52 41 4E 44 1A 52  ("ERRAND", SUB, "R")
/// 8     n    canonical CBOR map
///              0: 1                        format version
///              1: genesis                  the exact document
///              2: task id                  32 bytes
///              3: {submit, offer, offer time, seed, evidence, evidence time, receipt}   entries as on the ledger
///            [ 4: [[time, entry], …]       the log from its first entry to the receipt
///            [ 5: checkpoint               C2SP signed note over at least that much
///              6: [hash, …] ] ]            consistency proof from the log to the checkpoint (RFC 9162)
///            [ 5: checkpoint               without 4
///              7: [[position, time, [hash, …]], …] ]   inclusion proofs of submit, offer, evidence and receipt (RFC 9162)
/// 8+n   32   SHA-256 of everything before: tells a damaged file from a lie; it proves nothing
/// </code>
/// With 3 alone an audit reaches level 1; with 4 level 2; level 3 needs a checkpoint that the auditor has from elsewhere.
/// </remarks>
internal sealed record ReceiptBundle
{
    /// <summary>The longest file.</summary>
    public const int SizeBytesMax = 256 << 20;

    private const ulong Version = 1;
    private const int LogCountMax = 1 << 22, ProofCountMax = 64;

    public required ReadOnlyMemory<byte> Genesis { get; init; }

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    public required BundleCore Core { get; init; }

    public IReadOnlyList<BundleEntry>? Log { get; init; }

    public ReadOnlyMemory<byte>? Checkpoint { get; init; }

    public IReadOnlyList<Bytes32> Consistency { get; init; } = [];

    /// <summary>Of the core's four entries in order, in place of a log; null without a checkpoint, and with a log.</summary>
    public IReadOnlyList<BundleInclusion>? Inclusion { get; init; }

    private static ReadOnlySpan<byte> Magic => "ERRAND\x1A\x52"u8;

    /// <summary>The file.</summary>
    public byte[] Encode()
    {
        CanonicalWriter writer = new CanonicalWriter().Raw(Magic).Map(4 + (Log is null ? 0 : 1) + (Checkpoint is null ? 0 : 2))
            .Key(0).UInt(Version)
            .Key(1).Bytes(Genesis.Span)
            .Key(2).Bytes(Task.Value);
        Core.WriteTo(writer.Key(3));
        if (Log is not null)
        {
            writer.Key(4).Array(Log.Count);
            foreach (BundleEntry entry in Log) entry.WriteTo(writer);
        }
        if (Checkpoint is { } note)
        {
            writer.Key(5).Bytes(note.Span);
            if (Inclusion is { } inclusion)
            {
                writer.Key(7).Array(inclusion.Count);
                foreach (BundleInclusion one in inclusion) one.WriteTo(writer);
            }
            else
            {
                writer.Key(6).Array(Consistency.Count);
                foreach (Bytes32 hash in Consistency) writer.Bytes(hash);
            }
        }
        return writer.Raw(SHA256.HashData(writer.Span)).ToArray();
    }

    /// <summary>Reads a file; false for anything but the exact form. Verifies nothing but the digest at its end.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> file, [NotNullWhen(true)] out ReceiptBundle? bundle) // R-6.13.1
    {
        bundle = null;
        if (file.Length > SizeBytesMax || file.Length < Magic.Length + SHA256.HashSizeInBytes || !file.StartsWith(Magic)) return false;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(file[..^SHA256.HashSizeInBytes], digest);
        if (!file.EndsWith(digest)) return false;
        ReadOnlySpan<byte> map = file[Magic.Length..^SHA256.HashSizeInBytes];
        if (!CanonicalCbor.IsCanonical(map)) return false;

        var fields = new FieldReader(map);
        ulong version = fields.UInt(0);
        ReadOnlyMemory<byte> genesis = fields.Bytes(1, 1, LedgerWire.GenesisSizeBytesMax).ToArray();
        var task = new TaskId(fields.Bytes32(2));
        BundleCore core = BundleCore.Read(ref fields, 3);
        BundleEntry[]? log = fields.Has(4) ? fields.Array<BundleEntry>(4, LogCountMax, BundleEntry.TryRead) : null;
        byte[]? note = fields.Has(5) ? fields.Bytes(5, 1, SignedNote.SizeBytesMax).ToArray() : null;
        Bytes32[] proof = note is not null && log is not null ? fields.Array<Bytes32>(6, ProofCountMax, Items.Bytes32) : [];
        BundleInclusion[]? inclusion = note is not null && log is null ? fields.Array<BundleInclusion>(7, BundleCore.EntriesCount, BundleInclusion.TryRead) : null;
        if (inclusion is not null && inclusion.Length != BundleCore.EntriesCount) fields.Fail(FieldError.Malformed);
        if (fields.Close() != FieldError.None || version != Version) return false;
        bundle = new ReceiptBundle { Genesis = genesis, Task = task, Core = core, Log = log, Checkpoint = note is null ? (ReadOnlyMemory<byte>?)null : note, Consistency = proof, Inclusion = inclusion };
        return true;
    }
}
