using System.Collections.Concurrent;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Remembers what was parsed and which signatures of collateral and CA certificates hold, by SHA-256 of the bytes concerned. What it
/// remembers depends on those bytes alone: times and roots are looked at every time. Thread-safe. Never holds a quote.
/// </summary>
/// <param name="capacity">How many results it keeps; when full it starts afresh.</param>
public sealed class IntelCache(int capacity = 1024)
{
    private readonly ConcurrentDictionary<Bytes32, object> _results = new();

    /// <summary>How many results it holds.</summary>
    public int Count => _results.Count;

    internal object? Find(Bytes32 key) => _results.GetValueOrDefault(key);

    internal T GetOrAdd<T>(Bytes32 key, Func<T> make)
        where T : notnull
    {
        if (_results.TryGetValue(key, out object? known)) return (T)known;
        T made = make();
        if (_results.Count >= capacity) _results.Clear();
        _results[key] = made;
        return made;
    }

    /// <summary>Key of a result of one kind over some byte strings, each hashed with its length.</summary>
    internal static Bytes32 Key(byte kind, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[5];
        header[0] = kind;
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header[1..], part.Length);
            hash.AppendData(header);
            hash.AppendData(part.Span);
        }
        Span<byte> digest = stackalloc byte[Bytes32.Size];
        hash.GetHashAndReset(digest);
        return new Bytes32(digest);
    }
}
