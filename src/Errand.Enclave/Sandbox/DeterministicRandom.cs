using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Enclave;

/// <summary>A stream of bytes that depends on a 32-byte key alone: AES-256 over a rising 128-bit counter from zero (SP 800-38A, CTR).</summary>
/// <remarks>The counter cannot repeat: 2^64 blocks are more than any fuel pays for. Not thread-safe.</remarks>
internal sealed class DeterministicRandom : IDisposable
{
    /// <summary>Length of the key.</summary>
    public const int KeySize = 32;

    private const int BlockSize = 16;
    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _buffer = GC.AllocateArray<byte>(1024, pinned: true);
    private int _used;
    private ulong _counter;

    /// <summary>Begins a stream.</summary>
    /// <exception cref="ArgumentException">The key is not 32 bytes long.</exception>
    public DeterministicRandom(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize) throw new ArgumentException($"Expected {KeySize} bytes, got {key.Length}.", nameof(key));
        _aes.SetKey(key);
        _used = _buffer.Length;
    }

    /// <summary>Gives the next bytes of the stream.</summary>
    public void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_used == _buffer.Length) Refill();
            int count = Math.Min(destination.Length, _buffer.Length - _used);
            _buffer.AsSpan(_used, count).CopyTo(destination);
            _used += count;
            destination = destination[count..];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_buffer);
    }

    private void Refill()
    {
        Span<byte> counters = stackalloc byte[_buffer.Length];
        counters.Clear();
        for (int offset = 0; offset < counters.Length; offset += BlockSize)
            BinaryPrimitives.WriteUInt64BigEndian(counters[(offset + BlockSize / 2)..], _counter++);
        _aes.EncryptEcb(counters, _buffer, PaddingMode.None);
        _used = 0;
    }
}
