using System.Buffers.Binary;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>The root of a set of records by the definition alone: split at the first bit in which keys differ, from the top.</summary>
internal static class NaiveStateTree
{
    public static Bytes32 Root(IReadOnlyDictionary<Bytes32, Bytes32> records) =>
        records.Count == 0 ? default : Root([.. records.OrderBy(record => record.Key.ToString(), StringComparer.Ordinal)]);

    private static Bytes32 Root(KeyValuePair<Bytes32, Bytes32>[] sorted)
    {
        if (sorted.Length == 1) return Hash([0x00], sorted[0].Key, sorted[0].Value);
        int bit = 0;
        while (Bit(sorted[0].Key, bit) == Bit(sorted[^1].Key, bit)) bit++;
        var head = new byte[3];
        head[0] = 0x01;
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(1), (ushort)bit);
        return Hash(head, Root([.. sorted.Where(record => !Bit(record.Key, bit))]), Root([.. sorted.Where(record => Bit(record.Key, bit))]));
    }

    private static bool Bit(Bytes32 key, int bit) => (key.ToArray()[bit / 8] >> (7 - bit % 8) & 1) != 0;

    private static Bytes32 Hash(byte[] head, Bytes32 first, Bytes32 second) =>
        new(SHA256.HashData([.. head, .. first.ToArray(), .. second.ToArray()]));
}
