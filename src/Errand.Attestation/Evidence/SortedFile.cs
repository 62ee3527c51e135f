namespace Errand.Attestation;

/// <summary>A file and what it is.</summary>
/// <param name="Name">What the caller calls it.</param>
/// <param name="Role">Its role, recognised or given.</param>
/// <param name="Bytes">What is in it.</param>
public sealed record SortedFile(string Name, EvidenceRole Role, ReadOnlyMemory<byte> Bytes);
