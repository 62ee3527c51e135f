using System.Buffers.Binary;

namespace Errand.Ledger;

/// <summary>Writes Ethereum's recursive length prefix encoding (Yellow Paper, appendix B). Nothing here reads it.</summary>
internal static class Rlp
{
    private const byte ShortText = 0x80, ShortList = 0xC0;
    private const int ShortMax = 55;

    /// <summary>A byte string.</summary>
    internal static byte[] Bytes(ReadOnlySpan<byte> value) =>
        value.Length == 1 && value[0] < ShortText ? [value[0]] : [.. Head(ShortText, value.Length), .. value];

    /// <summary>A number: big-endian without leading zeros, zero as nothing.</summary>
    internal static byte[] Number(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Number(bytes);
    }

    /// <summary>A number given big-endian.</summary>
    internal static byte[] Number(ReadOnlySpan<byte> bigEndian) => Bytes(bigEndian.TrimStart((byte)0));

    /// <summary>A list of what is encoded already.</summary>
    internal static byte[] List(params IEnumerable<byte[]> items)
    {
        byte[] content = [.. items.SelectMany(item => item)];
        return [.. Head(ShortList, content.Length), .. content];
    }

    private static byte[] Head(byte kind, int length)
    {
        if (length <= ShortMax) return [(byte)(kind + length)];
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        ReadOnlySpan<byte> size = bytes.TrimStart((byte)0);
        return [(byte)(kind + ShortMax + size.Length), .. size];
    }
}
