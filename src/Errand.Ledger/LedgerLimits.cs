namespace Errand.Ledger;

/// <summary>The sizes every ledger holds to.</summary>
public static class LedgerLimits
{
    /// <summary>The longest leaf of the tree: entry bundles of C2SP tlog-tiles prefix each leaf with a 16-bit length.</summary>
    public const int LeafSizeBytesMax = ushort.MaxValue;

    /// <summary>The longest entry: a leaf less its time (<see cref="LedgerLeaf"/>).</summary>
    public const int EntrySizeBytesMax = LeafSizeBytesMax - LedgerLeaf.TimeSizeBytes;

    /// <summary>How many entries one read gives at most.</summary>
    public const int ReadCountMax = 4_096;

    /// <summary>A read stops after the entry with which it reaches this many bytes.</summary>
    public const int ReadSizeBytesMax = 4 << 20;

    internal static void CheckEntry(ReadOnlyMemory<byte> entry)
    {
        if (entry.Length is 0 or > EntrySizeBytesMax)
            throw new ArgumentException($"An entry has 1 to {EntrySizeBytesMax} bytes; this one has {entry.Length}.", nameof(entry));
    }
}
