using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>A file or folder of /data that is not in memory.</summary>
/// <param name="Name">See <see cref="ResultFile.IsName"/>.</param>
/// <param name="SizeBytes">Bytes of plaintext; of a folder its index included, with which it begins.</param>
/// <param name="Folder">The index of a folder; null for a file.</param>
public sealed record TapeFile(string Name, long SizeBytes, FolderIndex? Folder = null);
