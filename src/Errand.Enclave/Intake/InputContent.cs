using Errand.Cryptography;

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

    /// <inheritdoc/>
    public abstract void Dispose();
}
