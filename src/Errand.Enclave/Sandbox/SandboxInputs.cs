namespace Errand.Enclave;

/// <summary>All that an app can know: its data, its arguments and a key for its randomness.</summary>
/// <param name="Files">What lies in /data; names differ.</param>
/// <param name="Arguments">argv, the app's own name first. No NUL inside.</param>
/// <param name="RandomKey">32 bytes, from which random_get derives its stream.</param>
public sealed record SandboxInputs(IReadOnlyList<SandboxFile> Files, IReadOnlyList<string> Arguments, ReadOnlyMemory<byte> RandomKey)
{
    /// <summary>Folders in /data; their names and those of files differ.</summary>
    public IReadOnlyList<SandboxFolder> Folders { get; init; } = [];

    /// <summary>What else lies in /data and is too large for memory. Read to its end whatever the app does, and disposed by the caller.</summary>
    public ITapeSource? Tape { get; init; }
}
