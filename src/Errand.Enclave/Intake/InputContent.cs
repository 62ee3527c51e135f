using Errand.Cryptography;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>The bytes of one input, wherever they are.</summary>
internal abstract class InputContent : IDisposable
{
    /// <summary>Takes in the ciphertext, in order, and checks it against its content id.</summary>
    /// <param name="flow">Its bytes.</param>
    /// <param name="wrongContent">The reason when it is another file.</param>
    public abstract AbortReason Pull(ChunkFlow flow, AbortReason wrongContent);

    /// <summary>Takes the key, which stays the caller's and lives as long as this.</summary>
    public abstract AbortReason Open(ContentKey key);

    /// <summary>The index of a folder, once open; null for a file.</summary>
    public FolderIndex? Folder { get; private set; }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Reads the index with which a folder's plaintext begins.</summary>
    protected AbortReason OpenFolder(SealedFileHeader header, ReadOnlySpan<byte> index)
    {
        bool read = FolderIndex.TryDecode(index, header.PlaintextLength - index.Length, out FolderIndex? folder);
        Folder = folder;
        return read ? AbortReason.None : AbortReason.Folder;
    }
}
