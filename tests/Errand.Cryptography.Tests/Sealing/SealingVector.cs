namespace Errand.Cryptography.Tests;

/// <summary>One known answer. Byte strings are lower-case hexadecimal.</summary>
internal sealed record SealingVector(
    string Name, string Plaintext, string ContentKey, string Salt, int ChunkSize, int PlaintextLength, string[] Recipients,
    string Header, string FileKey, string FirstChunkTag, long FileLength, string FileSha256, string ContentId);
