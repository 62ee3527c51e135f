namespace Errand.Enclave;

/// <summary>A named piece of data: a read-only file under /data, or a file an app left in /out.</summary>
/// <param name="Name">See <see cref="Errand.Protocol.ResultFile.IsName"/>.</param>
/// <param name="Content">The bytes; owned by the caller, and unchanged while an app runs.</param>
public sealed record SandboxFile(string Name, ReadOnlyMemory<byte> Content);
