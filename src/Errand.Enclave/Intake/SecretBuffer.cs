using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Errand.Enclave;

/// <summary>Plaintext outside the collector's heap: never copied by it, locked in memory where the system allows, kept out of core dumps, zeroed when disposed.</summary>
/// <remarks>Not thread-safe. Spans and memories taken from it must not be used after <see cref="MemoryManager{T}.Dispose(bool)"/>.</remarks>
internal sealed unsafe class SecretBuffer : MemoryManager<byte>
{
    private const nuint PageSize = 4096;
    private readonly int _capacity;
    private byte* _start;

    /// <summary>Takes memory, all zero.</summary>
    /// <exception cref="OutOfMemoryException">There is none.</exception>
    public SecretBuffer(int capacity)
    {
        _capacity = capacity;
        Size = capacity;
        nuint whole = ((nuint)capacity + PageSize) / PageSize * PageSize;
        _start = (byte*)NativeMemory.AlignedAlloc(whole, PageSize);
        NativeMemory.Clear(_start, whole);
        // Best effort: without the right to lock memory the buffer is only not dumped. A VM enclave has no swap at all.
        if (OperatingSystem.IsLinux()) LinuxProcess.KeepPrivate(_start, whole);
    }

    /// <summary>Bytes in use: the capacity, until <see cref="Shrink"/>.</summary>
    public int Size { get; private set; }

    /// <inheritdoc/>
    public override Memory<byte> Memory => CreateMemory(Size);

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        return new Span<byte>(_start, _capacity);
    }

    /// <summary>Keeps the first bytes only and zeroes the rest.</summary>
    public void Shrink(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        CryptographicOperations.ZeroMemory(GetSpan()[size..]);
        Size = size;
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex, pinnable: this);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_start == null) return;
        CryptographicOperations.ZeroMemory(GetSpan());
        if (OperatingSystem.IsLinux()) LinuxProcess.Unlock(_start, ((nuint)_capacity + PageSize) / PageSize * PageSize);
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
