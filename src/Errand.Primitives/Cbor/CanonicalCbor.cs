namespace Errand.Primitives;

/// <summary>
/// The CBOR profile of every payload (docs/protocol.md section 2): unsigned integers, byte and text strings, booleans, arrays
/// and maps with keys 0…23; shortest heads, definite lengths, keys rising, depth at most 8. No tags, floats, null, negative
/// numbers. With this profile decoding and encoding again gives the same bytes.
/// </summary>
public static class CanonicalCbor
{
    /// <summary>The largest map key: one byte on the wire, on which all canonical orders agree.</summary>
    public const int KeyMax = 23;

    /// <summary>How deep arrays and maps may nest.</summary>
    public const int DepthMax = 8;

    /// <summary>True when <paramref name="data"/> is exactly one item of the profile.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> data)
    {
        var reader = new CanonicalReader(data);
        return reader.TryReadItem(DepthMax, out _) && reader.AtEnd;
    }
}
