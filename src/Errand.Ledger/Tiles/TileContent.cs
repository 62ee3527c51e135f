using System.Buffers.Binary;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>What tiles hold: C2SP tlog-tiles. Hash tiles are hashes one after the other; entry bundles are leaves, each behind its length in 16 bits, big-endian.</summary>
public static class TileContent
{
    /// <summary>The longest entry bundle.</summary>
    public const int BundleSizeBytesMax = TilePath.FullWidth * (sizeof(ushort) + LedgerLimits.LeafSizeBytesMax);

    /// <summary>A hash tile.</summary>
    public static byte[] Encode(IReadOnlyList<Bytes32> hashes)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        var bytes = new byte[hashes.Count * Bytes32.Size];
        for (int i = 0; i < hashes.Count; i++) hashes[i].CopyTo(bytes.AsSpan(i * Bytes32.Size));
        return bytes;
    }

    /// <summary>Reads a hash tile of a known width.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, int width, out Bytes32[] hashes)
    {
        hashes = [];
        if (width is < 1 or > TilePath.FullWidth || bytes.Length != width * Bytes32.Size) return false;
        hashes = new Bytes32[width];
        for (int i = 0; i < width; i++) hashes[i] = new Bytes32(bytes.Slice(i * Bytes32.Size, Bytes32.Size));
        return true;
    }

    /// <summary>An entry bundle.</summary>
    public static byte[] Encode(IReadOnlyList<LedgerEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var bytes = new byte[entries.Sum(entry => sizeof(ushort) + LedgerLeaf.TimeSizeBytes + entry.Bytes.Length)];
        int at = 0;
        foreach (LedgerEntry entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)(LedgerLeaf.TimeSizeBytes + entry.Bytes.Length));
            at += sizeof(ushort);
            at += LedgerLeaf.Write(entry.TimeMilliseconds, entry.Bytes.Span, bytes.AsSpan(at));
        }
        return bytes;
    }

    /// <summary>Reads an entry bundle of a known width; false for anything but the exact form.</summary>
    /// <param name="bytes">The bundle.</param>
    /// <param name="from">Position of its first entry.</param>
    /// <param name="width">How many entries it holds.</param>
    /// <param name="entries">The entries.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, long from, int width, out LedgerEntry[] entries)
    {
        entries = [];
        if (width is < 1 or > TilePath.FullWidth || from < 0 || from > long.MaxValue - width) return false;
        var read = new List<LedgerEntry>(width);
        while (read.Count < width)
        {
            if (bytes.Length < sizeof(ushort)) return false;
            int size = BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[sizeof(ushort)..];
            if (size <= LedgerLeaf.TimeSizeBytes || size > bytes.Length) return false;
            long time = BinaryPrimitives.ReadInt64BigEndian(bytes);
            if (time < 0) return false;
            read.Add(new LedgerEntry(from + read.Count, time, bytes[LedgerLeaf.TimeSizeBytes..size].ToArray()));
            bytes = bytes[size..];
        }
        if (!bytes.IsEmpty) return false;
        entries = [.. read];
        return true;
    }
}
