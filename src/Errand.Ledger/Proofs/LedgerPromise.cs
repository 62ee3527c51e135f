using System.Diagnostics.CodeAnalysis;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>A log's word that an entry lies at a position: what an append is answered with. Against a checkpoint that shows another entry there it is proof of a lie.</summary>
/// <remarks>
/// <code>
/// [position, time, leaf hash, signature]
/// signature over H("errand/promise/v1", origin (text), position, time, leaf hash), 64 bytes, with the key that signs checkpoints
/// </code>
/// </remarks>
public sealed record LedgerPromise(LedgerPosition Position, Bytes32 Leaf, ReadOnlyMemory<byte> Signature)
{
    /// <summary>The longest encoding.</summary>
    public const int SizeBytesMax = 256;

    /// <summary>Promises an entry.</summary>
    public static LedgerPromise Make(VerifierKey log, SigningKey key, LedgerPosition position, ReadOnlySpan<byte> entry)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(key);
        Bytes32 leaf = LedgerLeaf.Hash(position.TimeMilliseconds, entry);
        var signature = new byte[Ed25519.SignatureSize];
        key.Sign(Message(log.Name, position, leaf), signature);
        return new LedgerPromise(position, leaf, signature);
    }

    /// <summary>True when the log made this promise.</summary>
    public bool IsOf(VerifierKey log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return Ed25519.Verify(log.Key, Message(log.Name, Position, Leaf), Signature.Span);
    }

    /// <summary>The promise as canonical CBOR.</summary>
    public byte[] Encode() => new CanonicalWriter().Array(4).UInt((ulong)Position.Position).UInt((ulong)Position.TimeMilliseconds).Bytes(Leaf).Bytes(Signature.Span).ToArray();

    /// <summary>Reads a promise; false for anything but the exact form. Verifies nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out LedgerPromise? promise)
    {
        promise = null;
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(4, out int count) || count != 4
            || !reader.TryReadUInt(out ulong position) || position > long.MaxValue || !reader.TryReadUInt(out ulong time) || time > long.MaxValue
            || !reader.TryReadBytes(Bytes32.Size, out ReadOnlySpan<byte> hash) || !Bytes32.TryRead(hash, out Bytes32 leaf)
            || !reader.TryReadBytes(Ed25519.SignatureSize, out ReadOnlySpan<byte> signature) || signature.Length != Ed25519.SignatureSize || !reader.AtEnd) return false;
        promise = new LedgerPromise(new LedgerPosition((long)position, (long)time), leaf, signature.ToArray());
        return true;
    }

    private static byte[] Message(string origin, LedgerPosition position, Bytes32 leaf) =>
        new TaggedHash(Tags.LedgerPromise).Add(origin).Add((ulong)position.Position).Add((ulong)position.TimeMilliseconds).Add(leaf).ToBytes64();
}
