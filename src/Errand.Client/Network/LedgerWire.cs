using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>The messages of a ledger over HTTP, as canonical CBOR. One place for both sides.</summary>
/// <remarks>
/// <code>
/// POST ledger                    body: the entry (application/cose)   200: [position, time]
/// GET  ledger?from=&amp;max=&amp;wait=                                       200: [[position, time, bytes], …], perhaps empty
/// GET  ledger/head                                                    200: [count]
/// GET  checkpoint                                                     200: C2SP signed note, text/plain; 404 before the first
/// GET  genesis                                                        200: the exact document
/// </code>
/// Times are Unix milliseconds. A read waits up to <c>wait</c> milliseconds for the first entry. Everything else is an
/// application/problem+json with a stable <c>code</c>.
/// </remarks>
public static class LedgerWire
{
    /// <summary>Media type of an entry.</summary>
    public const string EntryType = "application/cose";

    /// <summary>Media type of answers.</summary>
    public const string CborType = "application/cbor";

    /// <summary>Media type of errors.</summary>
    public const string ProblemType = "application/problem+json";

    /// <summary>How long one read may wait.</summary>
    public const int WaitMillisecondsMax = 30_000;

    /// <summary>The longest answer: a page stops after the entry with which it reaches <see cref="LedgerLimits.ReadSizeBytesMax"/>.</summary>
    public const int PageSizeBytesMax = LedgerLimits.ReadSizeBytesMax + LedgerLimits.LeafSizeBytesMax + LedgerLimits.ReadCountMax * EntryOverheadMax;

    /// <summary>The longest genesis document taken from a network.</summary>
    public const int GenesisSizeBytesMax = 1 << 20;

    private const int ProofCountMax = 64;

    // Heads of an item: array, two integers of nine bytes, byte string.
    private const int EntryOverheadMax = 1 + 9 + 9 + 5;

    /// <summary>[position, time].</summary>
    public static byte[] EncodePosition(LedgerPosition position) =>
        new CanonicalWriter().Array(2).UInt((ulong)position.Position).UInt((ulong)position.TimeMilliseconds).ToArray();

    /// <summary>Reads [position, time]; false for anything else.</summary>
    public static bool TryDecodePosition(ReadOnlySpan<byte> encoded, out LedgerPosition position)
    {
        position = default;
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !TryReadLong(ref reader, out long at) || !TryReadLong(ref reader, out long time) || !reader.AtEnd) return false;
        position = new LedgerPosition(at, time);
        return true;
    }

    /// <summary>[count].</summary>
    public static byte[] EncodeCount(long count) => new CanonicalWriter().Array(1).UInt((ulong)count).ToArray();

    /// <summary>Reads [count]; false for anything else.</summary>
    public static bool TryDecodeCount(ReadOnlySpan<byte> encoded, out long count)
    {
        count = 0;
        var reader = new CanonicalReader(encoded);
        return reader.TryReadArrayHeader(1, out int items) && items == 1 && TryReadLong(ref reader, out count) && reader.AtEnd;
    }

    /// <summary>[[position, time, bytes], …].</summary>
    public static byte[] EncodePage(IReadOnlyList<LedgerEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        CanonicalWriter writer = new CanonicalWriter().Array(entries.Count);
        foreach (LedgerEntry entry in entries)
            writer.Array(3).UInt((ulong)entry.Position).UInt((ulong)entry.TimeMilliseconds).Bytes(entry.Bytes.Span);
        return writer.ToArray();
    }

    /// <summary>
    /// Reads a page: false unless it is canonical, its positions follow one another from <paramref name="from"/> on, its times do not
    /// go backwards, and each entry has a size that a ledger takes.
    /// </summary>
    public static bool TryDecodePage(ReadOnlySpan<byte> encoded, long from, int countMax, out IReadOnlyList<LedgerEntry> entries)
    {
        entries = [];
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(Math.Min(countMax, LedgerLimits.ReadCountMax), out int count)) return false;
        var read = new LedgerEntry[count];
        long timeMin = 0;
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadArrayHeader(3, out int items) || items != 3
                || !TryReadLong(ref reader, out long position) || position != from + i
                || !TryReadLong(ref reader, out long time) || time < timeMin
                || !reader.TryReadBytes(LedgerLimits.EntrySizeBytesMax, out ReadOnlySpan<byte> bytes) || bytes.IsEmpty) return false;
            read[i] = new LedgerEntry(position, time, bytes.ToArray());
            timeMin = time;
        }
        if (!reader.AtEnd) return false;
        entries = read;
        return true;
    }

    /// <summary>[hash, …].</summary>
    public static byte[] EncodeProof(IReadOnlyList<Bytes32> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        CanonicalWriter writer = new CanonicalWriter().Array(proof.Count);
        foreach (Bytes32 hash in proof) writer.Bytes(hash);
        return writer.ToArray();
    }

    /// <summary>Reads [hash, …]; false for anything else.</summary>
    public static bool TryDecodeProof(ReadOnlySpan<byte> encoded, out Bytes32[] proof)
    {
        proof = [];
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(ProofCountMax, out int count)) return false;
        var read = new Bytes32[count];
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadBytes(Bytes32.Size, out ReadOnlySpan<byte> hash) || !Bytes32.TryRead(hash, out read[i])) return false;
        }
        if (!reader.AtEnd) return false;
        proof = read;
        return true;
    }

    private static bool TryReadLong(ref CanonicalReader reader, out long value)
    {
        bool read = reader.TryReadUInt(out ulong unsigned) && unsigned <= long.MaxValue;
        value = read ? (long)unsigned : 0;
        return read;
    }
}
