namespace Errand.Cryptography;

/// <summary>An error and where it was met.</summary>
/// <param name="Error">What is wrong.</param>
/// <param name="Chunk">The chunk in question; null where it is the header or the file as a whole.</param>
public readonly record struct SealingFailure(SealingError Error, long? Chunk = null)
{
    /// <summary>The stable reason code, for machines: <c>chunk-tag</c>. Empty for <see cref="SealingError.None"/>.</summary>
    public string Code => Error switch
    {
        SealingError.None => "",
        SealingError.Header => "header",
        SealingError.Truncated => "truncated",
        SealingError.TrailingData => "trailing-data",
        SealingError.ContentId => "content-id",
        SealingError.KeyCommitment => "key-commitment",
        SealingError.ChunkTag => "chunk-tag",
        SealingError.Index => "index",
        SealingError.Resume => "resume",
        SealingError.PlaintextLength => "plaintext-length",
        _ => throw new InvalidOperationException($"Sealing error {(byte)Error} has no code."),
    };

    /// <summary>The code, and the chunk where there is one: <c>chunk-tag at chunk 17</c>.</summary>
    public override string ToString() =>
        Chunk is { } chunk ? $"{Code} at chunk {chunk}" : Code;
}
