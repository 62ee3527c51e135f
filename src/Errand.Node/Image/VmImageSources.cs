namespace Errand.Node;

/// <summary>What an image is made of: folders and a file, all that <c>image/build</c> lays down.</summary>
public sealed record VmImageSources
{
    /// <summary>The enclave's program, compiled ahead of time, and the native libraries beside it.</summary>
    public required string Program { get; init; }

    /// <summary>Debian's libc6, libgcc-s1 and libssl3, unpacked.</summary>
    public required string Libraries { get; init; }

    /// <summary>Debian's kernel for clouds.</summary>
    public required string Kernel { get; init; }

    /// <summary>The folder of its modules, of the same package: those of <see cref="Enclave.GuestModule.All"/>, compressed as they are there.</summary>
    public required string Modules { get; init; }
}
