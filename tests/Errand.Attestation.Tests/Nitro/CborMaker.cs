using System.Buffers.Binary;
using System.Text;

namespace Errand.Attestation.Tests;

/// <summary>Writes CBOR items, wrong ones too: what the reader under test must tell apart.</summary>
internal static class CborMaker
{
    public static byte[] Null { get; } = [0xF6];

    public static byte[] Head(int major, ulong value)
    {
        var head = new byte[9];
        head[0] = (byte)(major << 5);
        switch (value)
        {
            case < 24:
                head[0] |= (byte)value;
                return head[..1];
            case <= byte.MaxValue:
                head[0] |= 24;
                head[1] = (byte)value;
                return head[..2];
            case <= ushort.MaxValue:
                head[0] |= 25;
                BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(1), (ushort)value);
                return head[..3];
            case <= uint.MaxValue:
                head[0] |= 26;
                BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(1), (uint)value);
                return head[..5];
            default:
                head[0] |= 27;
                BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(1), value);
                return head;
        }
    }

    public static byte[] UInt(ulong value) => Head(0, value);

    public static byte[] Bytes(ReadOnlySpan<byte> value) => [.. Head(2, (ulong)value.Length), .. value];

    public static byte[] Text(string value) => [.. Head(3, (ulong)Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)];

    public static byte[] Array(params byte[][] items) => [.. Head(4, (ulong)items.Length), .. items.SelectMany(item => item)];

    public static byte[] IndefiniteArray(params byte[][] items) => [0x9F, .. items.SelectMany(item => item), 0xFF];

    public static byte[] Map(IReadOnlyList<(byte[] Key, byte[] Value)> pairs) => [.. Head(5, (ulong)pairs.Count), .. Join(pairs)];

    public static byte[] IndefiniteMap(IReadOnlyList<(byte[] Key, byte[] Value)> pairs) => [0xBF, .. Join(pairs), 0xFF];

    /// <summary>A byte string in two chunks.</summary>
    public static byte[] Chunks(ReadOnlySpan<byte> value) => [0x5F, .. Bytes(value[..(value.Length / 2)]), .. Bytes(value[(value.Length / 2)..]), 0xFF];

    private static IEnumerable<byte> Join(IReadOnlyList<(byte[] Key, byte[] Value)> pairs) => pairs.SelectMany(pair => pair.Key.Concat(pair.Value));
}
