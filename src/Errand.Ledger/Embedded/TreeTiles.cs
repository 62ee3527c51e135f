using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>Reads the hashes of tiles from a ledger file, which stores exactly these.</summary>
internal static class TreeTiles
{
    internal static IReadOnlyList<Bytes32> Read(LedgerReaderPool readers, long size, int tileLevel, long from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tileLevel);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TilePath.FullWidth);
        int level = tileLevel * LedgerSchema.TileHeight;
        // Beyond the 62nd level no tree has a node.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 62, nameof(tileLevel));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, (size >> level) - count);
        return readers.Use(reader => reader.Hashes(level, from, count));
    }
}
