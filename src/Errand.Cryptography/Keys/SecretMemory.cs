using System.Runtime.InteropServices;

namespace Errand.Cryptography;

/// <summary>Secret bytes in guarded native memory: locked where the system allows it, kept out of core dumps, zeroed when freed.</summary>
/// <remarks>Thread-safe: memory is freed only after the last lease on it has ended.</remarks>
internal sealed class SecretMemory : SafeHandle
{
    private readonly int _size;

    /// <summary>Copies a secret. The caller zeroes its own copy.</summary>
    internal SecretMemory(ReadOnlySpan<byte> secret)
        : base(0, ownsHandle: true)
    {
        _size = secret.Length;
        SetHandle(Sodium.Allocate(_size));
        if (IsInvalid) throw new InsufficientMemoryException("libsodium has no guarded memory left.");
        using Lease lease = Open();
        secret.CopyTo(lease.Writable);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Opens the secret for reading until the lease is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The secret has been wiped.</exception>
    internal Lease Open() => new(this);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Sodium.Free(handle);
        return true;
    }

    internal readonly ref struct Lease : IDisposable
    {
        private readonly SecretMemory _owner;

        internal Lease(SecretMemory owner)
        {
            bool added = false;
            owner.DangerousAddRef(ref added);
            _owner = owner;
        }

        internal ReadOnlySpan<byte> Bytes => Writable;

        internal unsafe Span<byte> Writable => new((void*)_owner.handle, _owner._size);

        public void Dispose() => _owner.DangerousRelease();
    }
}
