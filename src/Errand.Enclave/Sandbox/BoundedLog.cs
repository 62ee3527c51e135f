using System.Security.Cryptography;

namespace Errand.Enclave;

/// <summary>Keeps the first bytes written and drops the rest.</summary>
internal sealed class BoundedLog(int sizeMax) : IDisposable
{
    private byte[] _bytes = [];
    private int _size;

    /// <summary>Appends what still fits.</summary>
    public void Append(ReadOnlySpan<byte> text)
    {
        int fits = Math.Min(text.Length, sizeMax - _size);
        if (fits == 0) return;
        if (_size + fits > _bytes.Length) Grow(_size + fits);
        text[..fits].CopyTo(_bytes.AsSpan(_size));
        _size += fits;
    }

    /// <summary>A copy of what was kept.</summary>
    public byte[] ToArray()
    {
        byte[] kept = GC.AllocateUninitializedArray<byte>(_size, pinned: true);
        _bytes.AsSpan(0, _size).CopyTo(kept);
        return kept;
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    private void Grow(int sizeMin)
    {
        byte[] grown = GC.AllocateArray<byte>((int)Math.Min(sizeMax, Math.Max(4096, Math.Max(sizeMin, 2L * _bytes.Length))), pinned: true);
        _bytes.AsSpan(0, _size).CopyTo(grown);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = grown;
    }
}
