using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>The AES-256 key of one sealed file: HKDF-SHA-256(content key, salt, H("errand/file-key/v1", header)).</summary>
internal sealed class FileKey : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(SealedFormat.KeySize, pinned: true);

    private FileKey(ContentKey key, SealedFileHeader header)
    {
        // Bound to the whole header: change a byte of it and no chunk opens.
        key.Derive(header.Salt, new TaggedHash(Tags.FileKey).Add(header.Encoded.Span).ToBytes64(), _bytes);
    }

    /// <summary>The file's key; null when the header commits to another content key, before anything is opened with it.</summary>
    internal static FileKey? TryDerive(ContentKey key, SealedFileHeader header) =>
        key.IsCommittedBy(header) ? new FileKey(key, header) : null;

    /// <summary>A cipher for one thread.</summary>
    internal ChunkCipher CreateCipher() => new(new AesGcm(_bytes, SealedFormat.TagSize));

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
