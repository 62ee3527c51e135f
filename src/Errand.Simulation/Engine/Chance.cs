using System.Numerics;

namespace Errand.Simulation;

/// <summary>All chance of a simulation: xoshiro256** (Blackman and Vigna), its state filled by splitmix64 from one seed.</summary>
/// <remarks>Reproducible on every machine; not for secrets.</remarks>
internal sealed class Chance
{
    private readonly ulong[] _state = new ulong[4];

    public Chance(ulong seed)
    {
        for (int i = 0; i < _state.Length; i++) _state[i] = SplitMix(ref seed);
    }

    /// <summary>64 even bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            ulong result = BitOperations.RotateLeft(_state[1] * 5, 7) * 9;
            ulong shifted = _state[1] << 17;
            _state[2] ^= _state[0];
            _state[3] ^= _state[1];
            _state[1] ^= _state[2];
            _state[0] ^= _state[3];
            _state[2] ^= shifted;
            _state[3] = BitOperations.RotateLeft(_state[3], 45);
            return result;
        }
    }

    /// <summary>0 … count − 1. The bias of the multiplication is below 2^-32 for the counts that are used here.</summary>
    public int Below(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return (int)Math.BigMul(Next(), (ulong)count, out _);
    }

    /// <summary>low … high, both included.</summary>
    public long Between(long low, long high) => low + (long)Math.BigMul(Next(), (ulong)(high - low + 1), out _);

    /// <summary>True in so many cases of a hundred.</summary>
    public bool Percent(int share) => Below(100) < share;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>A stream of its own, so that what one part draws does not shift what another gets.</summary>
    public Chance Fork() => new(Next());

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte)(Next() >> 56);
        return bytes;
    }

    private static ulong SplitMix(ref ulong state)
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            ulong z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
