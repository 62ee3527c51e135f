using System.Buffers.Binary;
using System.Security.Cryptography;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>What is sealed: a file as it is, or a folder as one stream of its index and its files.</summary>
internal sealed class ClearSource : IDisposable
{
    private const int MarkSize = 2 * sizeof(long);

    private ClearSource(string path, Stream stream, byte[] mark)
    {
        Path = path;
        Stream = stream;
        Mark = mark;
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>Its bytes; readable, seekable.</summary>
    public Stream Stream { get; }

    /// <summary>Bytes of a folder's index; 0 for a file.</summary>
    public int FolderIndexSize { get; private init; }

    /// <summary>A folder's index; null for a file.</summary>
    public FolderIndex? Folder { get; private init; }

    /// <summary>16 bytes that differ when lengths, names or times of writing do: of a file its length and time, of a folder the beginning of SHA-256 over its index and all times.</summary>
    public byte[] Mark { get; }

    /// <summary>Opens a file or folder.</summary>
    /// <exception cref="ClientException"><c>file/missing</c>, <c>file/unreadable</c>; of a folder also <c>file/folder</c>, when it holds what cannot be sealed.</exception>
    public static ClearSource Open(string path)
    {
        if (Directory.Exists(path)) return OfFolder(FolderScan.Of(path));
        FileStream file = ClientFile.OpenRead(path);
        var mark = new byte[MarkSize];
        BinaryPrimitives.WriteInt64BigEndian(mark, file.Length);
        BinaryPrimitives.WriteInt64BigEndian(mark.AsSpan(sizeof(long)), File.GetLastWriteTimeUtc(file.SafeFileHandle).Ticks);
        return new ClearSource(path, file, mark);
    }

    public void Dispose() => Stream.Dispose();

    private static ClearSource OfFolder(FolderScan folder)
    {
        byte[] index = folder.Index.Encode();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(index);
        Span<byte> ticks = stackalloc byte[sizeof(long)];
        foreach (DateTime written in folder.Written)
        {
            BinaryPrimitives.WriteInt64BigEndian(ticks, written.Ticks);
            hash.AppendData(ticks);
        }
        return new ClearSource(folder.Root, new FolderStream(folder, index), hash.GetHashAndReset()[..MarkSize]) { FolderIndexSize = index.Length, Folder = folder.Index };
    }
}
