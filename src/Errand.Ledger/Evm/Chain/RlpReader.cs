namespace Errand.Ledger;

/// <summary>Walks through Ethereum's recursive length prefix encoding. Not strict about shortest forms: what is read is written again and compared.</summary>
internal static class RlpReader
{
    private const byte ShortText = 0x80, LongText = 0xB8, ShortList = 0xC0, LongList = 0xF8;

    /// <summary>The content of one list that fills all there is.</summary>
    internal static bool TryList(ReadOnlySpan<byte> encoded, out ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> rest = encoded;
        return TryTake(ref rest, out content) is >= ShortList && rest.IsEmpty;
    }

    /// <summary>Takes the next item, whatever its kind.</summary>
    internal static bool TryItem(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> content) => TryTake(ref rest, out content) is not null;

    // The first byte; null when there is not so much as it announces.
    private static byte? TryTake(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (rest.IsEmpty) return null;
        byte first = rest[0];
        if (first < ShortText) return TryCut(ref rest, 0, 1, out content) ? first : null;
        if (first is < LongText or >= ShortList and < LongList) return TryCut(ref rest, 1, first - (first < ShortList ? ShortText : ShortList), out content) ? first : null;
        int lengthSize = first - (first < ShortList ? LongText : LongList) + 1;
        if (lengthSize >= sizeof(int) || rest.Length <= lengthSize) return null;
        int length = 0;
        foreach (byte digit in rest.Slice(1, lengthSize)) length = (length << 8) | digit;
        return TryCut(ref rest, 1 + lengthSize, length, out content) ? first : null;
    }

    private static bool TryCut(scoped ref ReadOnlySpan<byte> rest, int skip, int length, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (length > rest.Length - skip) return false;
        content = rest.Slice(skip, length);
        rest = rest[(skip + length)..];
        return true;
    }
}
