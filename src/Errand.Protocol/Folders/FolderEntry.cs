namespace Errand.Protocol;

/// <summary>A file of a sealed folder, or a folder in it that has nothing in it.</summary>
/// <param name="Path">Names with a slash between each two.</param>
/// <param name="SizeBytes">Bytes of the file; null for an empty folder.</param>
/// <param name="Offset">Where the file begins after the index.</param>
public sealed record FolderEntry(string Path, long? SizeBytes, long Offset);
