namespace Errand.Cryptography;

/// <summary>The order of the prime-order subgroup of edwards25519, L = 2^252 + 27742317777372353535851937790883648493.</summary>
internal static class GroupOrder
{
    private const int Size = 32;

    private static ReadOnlySpan<byte> LittleEndian =>
    [
        0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];

    /// <summary>True for a little-endian number of 32 bytes that is below the order. For public values only.</summary>
    internal static bool IsAbove(ReadOnlySpan<byte> scalar)
    {
        for (int i = Size - 1; i >= 0; i--)
            if (scalar[i] != LittleEndian[i]) return scalar[i] < LittleEndian[i];
        return false;
    }
}
