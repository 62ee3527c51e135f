using System.Buffers.Binary;

namespace Errand.Fuzz;

/// <summary>Changes inputs: bits, bytes, numbers, lengths, pieces cut, doubled, or taken from another input. The same seed makes the same changes.</summary>
internal sealed class Mutator(ulong seed)
{
    public const int SizeMax = 1 << 18;
    private static readonly uint[] Numbers = [0, 1, 2, 3, 4, 7, 8, 16, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];
    private ulong _state = seed;

    /// <summary>A number from 0 to below <paramref name="bound"/>. SplitMix64.</summary>
    public int Next(int bound)
    {
        unchecked
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)((z ^ (z >> 31)) % (ulong)Math.Max(1, bound));
        }
    }

    public byte[] Mutate(byte[] input, byte[] other)
    {
        byte[] bytes = [.. input];
        for (int steps = 1 << Next(4); steps > 0; steps--) bytes = Step(bytes, other);
        return bytes.Length <= SizeMax ? bytes : bytes[..SizeMax];
    }

    private byte[] Step(byte[] bytes, byte[] other)
    {
        if (bytes.Length == 0) return other.Length == 0 ? [(byte)Next(256)] : [.. other];
        int place = Next(2) == 0 ? Next(bytes.Length) : Next(Math.Min(bytes.Length, 128));
        int end = Math.Min(bytes.Length, place + 1 + Next(Next(4) == 0 ? 256 : 16));
        switch (Next(9))
        {
            case 0: bytes[place] ^= (byte)(1 << Next(8)); return bytes;
            case 1: bytes[place] = (byte)Next(256); return bytes;
            case 2: bytes[place] = unchecked((byte)(bytes[place] + Next(33) - 16)); return bytes;
            case 3: Write(bytes.AsSpan(place), Numbers[Next(Numbers.Length)]); return bytes;
            case 4: return [.. bytes[..place], .. bytes[end..]];
            case 5: return [.. bytes[..end], .. bytes[place..]];
            case 6: return bytes[..place];
            case 7: return other.Length == 0 ? bytes : Splice(bytes, place, end, other);
            default: Write(bytes.AsSpan(place), (uint)Math.Max(0, bytes.Length - place + Next(9) - 4)); return bytes;
        }
    }

    private byte[] Splice(byte[] bytes, int place, int end, byte[] other)
    {
        int from = Next(other.Length);
        int until = Math.Min(other.Length, from + 1 + Next(256));
        return [.. bytes[..place], .. other[from..until], .. bytes[end..]];
    }

    private void Write(Span<byte> place, uint number)
    {
        Span<byte> encoded = stackalloc byte[4];
        bool little = Next(2) == 0;
        int width = 1 << Next(3);
        if (little) BinaryPrimitives.WriteUInt32LittleEndian(encoded, number);
        else BinaryPrimitives.WriteUInt32BigEndian(encoded, number);
        ReadOnlySpan<byte> taken = little ? encoded[..width] : encoded[^width..];
        taken[..Math.Min(width, place.Length)].CopyTo(place);
    }
}
