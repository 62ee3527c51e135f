using System.Buffers.Binary;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>The contract's one slot: 24 bytes of a hash over everything appended so far, then how much that is (8 bytes).</summary>
internal readonly record struct LogTip(Bytes32 Value)
{
    private const int WordSize = 32, CountSize = sizeof(ulong);

    /// <summary>Before anything was appended.</summary>
    internal static LogTip Empty => default;

    /// <summary>How many items were appended.</summary>
    internal ulong Count => BinaryPrimitives.ReadUInt64BigEndian(Value.ToArray().AsSpan(WordSize - CountSize));

    /// <summary>The tip after one more item.</summary>
    /// <param name="from">Whose transaction it was.</param>
    /// <param name="id">Keccak-256 of the item.</param>
    /// <param name="time">Of the block, in seconds.</param>
    internal LogTip Next(EvmAddress from, Bytes32 id, ulong time)
    {
        Span<byte> words = stackalloc byte[4 * WordSize];
        words.Clear();
        Value.CopyTo(words);
        from.CopyTo(words[(2 * WordSize - EvmAddress.Size)..]);
        id.CopyTo(words[(2 * WordSize)..]);
        BinaryPrimitives.WriteUInt64BigEndian(words[(4 * WordSize - sizeof(ulong))..], time);
        byte[] next = Keccak.Hash(words).ToArray();
        BinaryPrimitives.WriteUInt64BigEndian(next.AsSpan(WordSize - CountSize), unchecked(Count + 1));
        return new LogTip(new Bytes32(next));
    }
}
