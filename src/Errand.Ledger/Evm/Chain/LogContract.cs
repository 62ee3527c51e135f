using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>The contract <c>contracts/ErrandLog.sol</c>: its code, how it is called and what it logs (Solidity's contract ABI).</summary>
internal static class LogContract
{
    private const int WordSize = 32, SelectorSize = 4;
    private static readonly (byte[] Creation, byte[] Runtime, Bytes32 Hash) Code = LoadCode();

    /// <summary>What makes the contract.</summary>
    internal static ReadOnlyMemory<byte> CreationCode => Code.Creation;

    /// <summary>What stands at its address.</summary>
    internal static ReadOnlyMemory<byte> RuntimeCode => Code.Runtime;

    /// <summary>Keccak-256 of <see cref="RuntimeCode"/>.</summary>
    internal static Bytes32 CodeHash => Code.Hash;

    /// <summary>The first topic of its event.</summary>
    internal static Bytes32 EventTopic { get; } = Keccak.Hash("Appended(uint256,address,bytes32,uint256,bytes)"u8);

    internal static ReadOnlyMemory<byte> TipCall { get; } = Selector("tip()");

    private static readonly byte[] Append = Selector("append(bytes)"), AppendMany = Selector("appendMany(bytes[])");

    /// <summary>The call that appends entries in order.</summary>
    internal static byte[] AppendCall(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        if (entries.Count == 1) return [.. Append, .. Word(WordSize), .. Dynamic(entries[0].Span)];
        byte[][] items = [.. entries.Select(entry => Dynamic(entry.Span))];
        int offset = WordSize * items.Length;
        var offsets = new List<byte[]>();
        foreach (byte[] item in items)
        {
            offsets.Add(Word(offset));
            offset += item.Length;
        }
        return [.. AppendMany, .. Word(WordSize), .. Word(items.Length), .. offsets.SelectMany(word => word), .. items.SelectMany(item => item)];
    }

    /// <summary>How long <see cref="AppendCall"/> is.</summary>
    internal static int AppendCallSize(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        int items = entries.Sum(entry => WordSize + Padded(entry.Length));
        return SelectorSize + WordSize + items + (entries.Count == 1 ? 0 : WordSize * (1 + entries.Count));
    }

    /// <summary>Reads the part of an event that is no topic: the time in seconds and the entry. False unless it is exactly that.</summary>
    internal static bool TryReadData(ReadOnlySpan<byte> data, out ulong time, out ReadOnlySpan<byte> entry)
    {
        entry = default;
        time = 0;
        if (data.Length < 3 * WordSize || !TryNumber(data, out time) || !TryNumber(data[WordSize..], out ulong offset) || !TryNumber(data[(2 * WordSize)..], out ulong length)) return false;
        ReadOnlySpan<byte> rest = data[(3 * WordSize)..];
        if (offset != 2 * WordSize || length > (ulong)rest.Length || rest.Length != Padded((int)length) || rest[(int)length..].ContainsAnyExcept((byte)0)) return false;
        entry = rest[..(int)length];
        return true;
    }

    /// <summary>The gas that a call certainly suffices with, by the rules of Osaka: the greater of execution and the floor of EIP-7623.</summary>
    internal static ulong GasOf(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        // Per transaction: 21,000 and the slot's first write; per entry: log, topics, hashes, loop. Per byte: 16 of call data, 8 of log, copying and hashing.
        ulong execution = 60_000, floor = 30_000;
        foreach (ReadOnlyMemory<byte> entry in entries)
        {
            ulong size = (ulong)Padded(entry.Length) + 3 * WordSize;
            ulong words = size / WordSize;
            // Memory grows with its square.
            execution += 8_000 + size * 27 + words * words / 128;
            floor += size * 41;
        }
        return Math.Max(execution, floor);
    }

    private static byte[] Selector(string signature) => Keccak.Hash(Encoding.ASCII.GetBytes(signature)).ToArray()[..SelectorSize];

    private static byte[] Word(int number)
    {
        var word = new byte[WordSize];
        BinaryPrimitives.WriteInt32BigEndian(word.AsSpan(WordSize - sizeof(int)), number);
        return word;
    }

    private static byte[] Dynamic(ReadOnlySpan<byte> bytes)
    {
        var encoded = new byte[WordSize + Padded(bytes.Length)];
        Word(bytes.Length).CopyTo(encoded, 0);
        bytes.CopyTo(encoded.AsSpan(WordSize));
        return encoded;
    }

    private static int Padded(int length) => (length + WordSize - 1) / WordSize * WordSize;

    private static bool TryNumber(ReadOnlySpan<byte> word, out ulong number)
    {
        number = BinaryPrimitives.ReadUInt64BigEndian(word[(WordSize - sizeof(ulong))..WordSize]);
        return !word[..(WordSize - sizeof(ulong))].ContainsAnyExcept((byte)0) && number <= long.MaxValue / 1000;
    }

    private static (byte[] Creation, byte[] Runtime, Bytes32 Hash) LoadCode()
    {
        using Stream resource = typeof(LogContract).Assembly.GetManifestResourceStream("ErrandLog.json") ?? throw new InvalidOperationException("The contract's code is not in the assembly.");
        using JsonDocument compiled = JsonDocument.Parse(resource);
        byte[] creation = Hex(compiled, "creationCode"), runtime = Hex(compiled, "code");
        return (creation, runtime, new Bytes32(Hex(compiled, "codeHash")));
    }

    private static byte[] Hex(JsonDocument document, string name) => Convert.FromHexString(document.RootElement.GetProperty(name).GetString()!.AsSpan(2));
}
