using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>A named folder of read-only files under /data.</summary>
/// <param name="Name">See <see cref="ResultFile.IsName"/>.</param>
/// <param name="Index">Its files.</param>
/// <param name="Content">Their bytes, one after the other; owned by the caller, and unchanged while an app runs.</param>
public sealed record SandboxFolder(string Name, FolderIndex Index, ReadOnlyMemory<byte> Content);
