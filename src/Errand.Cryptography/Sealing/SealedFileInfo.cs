using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>What is known of a whole sealed file once every byte of it has been read or written.</summary>
/// <param name="ContentId">The file's name.</param>
/// <param name="PlaintextLength">Plaintext bytes.</param>
/// <param name="ChunkCount">Chunks, at least one.</param>
/// <param name="CiphertextLength">Bytes of the sealed file, header included.</param>
public sealed record SealedFileInfo(ContentId ContentId, long PlaintextLength, long ChunkCount, long CiphertextLength)
{
    /// <summary>True when the plaintext is a folder.</summary>
    public bool IsFolder { get; init; }

    internal static SealedFileInfo Of(SealedFileHeader header, ContentId contentId) =>
        new(contentId, header.PlaintextLength, header.ChunkCount, header.CiphertextLength) { IsFolder = header.IsFolder };
}
