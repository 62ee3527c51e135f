using System.Security.Cryptography;

namespace Errand.Enclave;

/// <summary>The content of one file in /out: pinned pages that never move, so that they can be wiped.</summary>
internal sealed class OutputNode : IDisposable
{
    private const int PageSize = 64 * 1024;
    private readonly List<byte[]> _pages = [];

    /// <summary>Bytes in the file.</summary>
    public long Length { get; private set; }

    /// <summary>Handles open on it.</summary>
    public int OpenHandles { get; set; }

    /// <summary>Bytes of memory that a file of a length holds: whole pages.</summary>
    public static long HeldFor(long length) => (length + PageSize - 1) / PageSize * PageSize;

    /// <summary>Reads up to the end of the file; returns how many bytes.</summary>
    public int Read(long position, Span<byte> destination)
    {
        if (position >= Length) return 0;
        int count = (int)Math.Min(destination.Length, Length - position);
        for (int done = 0; done < count;)
        {
            Span<byte> part = Part(position + done, count - done);
            part.CopyTo(destination[done..]);
            done += part.Length;
        }
        return count;
    }

    /// <summary>Writes within the length.</summary>
    public void Write(long position, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            Span<byte> part = Part(position, source.Length);
            source[..part.Length].CopyTo(part);
            source = source[part.Length..];
            position += part.Length;
        }
    }

    /// <summary>Sets the length; new bytes are zero.</summary>
    public void Resize(long length)
    {
        int pages = (int)(HeldFor(length) / PageSize);
        while (_pages.Count < pages) _pages.Add(GC.AllocateArray<byte>(PageSize, pinned: true));
        for (; _pages.Count > pages; _pages.RemoveAt(_pages.Count - 1)) CryptographicOperations.ZeroMemory(_pages[^1]);
        // What was cut off must not come back when the file grows again. Behind the old end all is zero still.
        if (length < Length && length % PageSize != 0) Part(length, (int)Math.Min(PageSize, Length - length)).Clear();
        Length = length;
    }

    /// <summary>A pinned copy of the content.</summary>
    public byte[] ToArray()
    {
        byte[] content = GC.AllocateUninitializedArray<byte>((int)Length, pinned: true);
        Read(0, content);
        return content;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (byte[] page in _pages) CryptographicOperations.ZeroMemory(page);
    }

    private Span<byte> Part(long position, int sizeMax)
    {
        int offset = (int)(position % PageSize);
        return _pages[(int)(position / PageSize)].AsSpan(offset, Math.Min(sizeMax, PageSize - offset));
    }
}
