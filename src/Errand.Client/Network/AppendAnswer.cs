using System.Diagnostics.CodeAnalysis;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>What a served ledger answers to an append: <c>[promise, page]</c>; the page, of this one entry, is empty as long as it is not final.</summary>
public sealed record AppendAnswer(LedgerPromise Promise, ReadOnlyMemory<byte> Page)
{
    /// <summary>The longest answer.</summary>
    public const int SizeBytesMax = LedgerPromise.SizeBytesMax + PageSizeBytesMax + 16;

    private const int PageSizeBytesMax = ProvenPage.NoteSizeBytesMax + LedgerLimits.LeafSizeBytesMax + 16 * 1024;

    /// <summary>As canonical CBOR.</summary>
    public byte[] Encode() => new CanonicalWriter().Array(2).Bytes(Promise.Encode()).Bytes(Page.Span).ToArray();

    /// <summary>Reads it; false for anything else. Verifies nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out AppendAnswer? answer)
    {
        answer = null;
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2
            || !reader.TryReadBytes(LedgerPromise.SizeBytesMax, out ReadOnlySpan<byte> word) || !LedgerPromise.TryDecode(word, out LedgerPromise? promise)
            || !reader.TryReadBytes(PageSizeBytesMax, out ReadOnlySpan<byte> page) || !reader.AtEnd) return false;
        answer = new AppendAnswer(promise, page.ToArray());
        return true;
    }
}
