using System.Buffers;
using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>
/// Writes in order to a stream of which an interrupted run may have left a beginning: what is there is compared, never written
/// over, and the rest is appended.
/// </summary>
/// <remarks>
/// Comparing is what makes going on safe: were the plaintext changed meanwhile, the same nonces would encrypt two plaintexts.
/// It also finds what a crash left torn.
/// </remarks>
internal sealed class ChunkOutput(Stream stream, long existing)
{
    private const int PieceSize = 64 * 1024;
    private long _position;

    /// <summary>True when more was already there than has been written.</summary>
    internal bool HasLeftover => _position < existing;

    /// <summary>False when the bytes already there differ; then nothing is written.</summary>
    internal bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        int overlap = (int)Math.Clamp(existing - _position, 0, bytes.Length);
        if (overlap > 0 && !IsNext(bytes[..overlap])) return false;
        stream.Write(bytes[overlap..]);
        _position += bytes.Length;
        return true;
    }

    private bool IsNext(ReadOnlySpan<byte> expected)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            for (; !expected.IsEmpty; expected = expected[Math.Min(PieceSize, expected.Length)..])
            {
                Span<byte> there = piece.AsSpan(0, Math.Min(PieceSize, expected.Length));
                if (stream.ReadAtLeast(there, there.Length, throwOnEndOfStream: false) < there.Length || !there.SequenceEqual(expected[..there.Length])) return false;
            }
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(piece);
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
