using Errand.Primitives;

namespace Errand.Node;

/// <summary>The quote that goes with a piece of TEE evidence: canonical CBOR [TPMS_ATTEST, TPMT_SIGNATURE].</summary>
internal sealed record FreshQuote(byte[] Attest, byte[] Signature)
{
    private const int PartSizeMax = 1024;

    public byte[] Encode() => new CanonicalWriter().Array(2).Bytes(Attest).Bytes(Signature).ToArray();

    public static FreshQuote? TryDecode(ReadOnlySpan<byte> encoded)
    {
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !reader.TryReadBytes(PartSizeMax, out ReadOnlySpan<byte> attest)
            || !reader.TryReadBytes(PartSizeMax, out ReadOnlySpan<byte> signature) || !reader.AtEnd) return null;
        return new FreshQuote(attest.ToArray(), signature.ToArray());
    }
}
