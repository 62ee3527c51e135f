using System.Buffers.Binary;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Remembers collateral that was authentic, parsed, and the certificates of platforms' issuers, so that the next quote costs only its own
/// signatures. It belongs to its caller, who makes one and hands it to every verification; there is no ambient one. Thread safe.
/// </summary>
/// <remarks>
/// Entries are found by SHA-256 of the received bytes and hold nothing that those bytes do not say: times, revocation and pins are looked at
/// each time, and the result of a verification is the same with and without. Bounded, the oldest making room. Only what is signed under a
/// pinned root is let in, so that no sender can fill it. Quotes are never kept.
/// </remarks>
public sealed class IntelCache
{
    /// <summary>Places for pieces of collateral where none are given: some MiB when all are taken.</summary>
    public const int CapacityDefault = 128;

    private readonly BoundedMap<Bytes32, object> _collateral;

    /// <summary>Makes an empty one with so many places for pieces of collateral.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public IntelCache(int capacity = CapacityDefault) => _collateral = new BoundedMap<Bytes32, object>(capacity);

    /// <summary>How many pieces of collateral it holds.</summary>
    public int Count => _collateral.Count;

    /// <summary>Certificates of platforms' issuers.</summary>
    internal VerifiedIssuers Issuers { get; } = new();

    internal T? Find<T>(Bytes32 key)
        where T : class => _collateral.TryGet(key, out object? known) ? (T)known : null;

    internal void Add(Bytes32 key, object value) => _collateral.Add(key, value);

    /// <summary>Key of one kind of collateral made of some byte strings, each hashed with its length.</summary>
    internal static Bytes32 Key(byte kind, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[1 + sizeof(int)];
        header[0] = kind;
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(header[1..], part.Length);
            hash.AppendData(header);
            hash.AppendData(part.Span);
        }
        Span<byte> digest = stackalloc byte[Bytes32.Size];
        hash.GetHashAndReset(digest);
        return new Bytes32(digest);
    }
}
