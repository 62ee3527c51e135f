namespace Errand.Enclave;

/// <summary>What the first process asks of its kernel. Each call gives 0 or Linux's error number.</summary>
internal interface IGuestKernel
{
    /// <summary>Loads a module from a compressed file.</summary>
    int LoadModule(string file);

    /// <summary>Unloads a module by its name.</summary>
    int UnloadModule(string name);

    /// <summary>Mounts a file system of the kernel's own.</summary>
    int Mount(string kind, string folder, bool devices);

    /// <summary>Takes a mount away.</summary>
    int Unmount(string folder);

    /// <summary>Until the machine ends, no module and no other kernel is loaded, and no program reads or writes the kernel's memory, root's own included.</summary>
    int Seal();

    /// <summary>Extends TDX's fourth run-time register, where the kernel has a way to; 0 where it has none.</summary>
    int ExtendRuntimeRegister(ReadOnlySpan<byte> digest);
}
