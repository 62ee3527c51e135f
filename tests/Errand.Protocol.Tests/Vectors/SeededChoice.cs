using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Errand.Protocol.Tests;

/// <summary>Choices that follow from a seed, the same on every machine and for ever: SHA-256 of seed and count.</summary>
internal sealed class SeededChoice(string seed)
{
    private long _count;

    /// <summary>A number from 0 to below <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {_count++}"))) % (ulong)bound);

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];
}
