namespace Errand.Enclave;

/// <summary>One of the two folders a guest finds open when it starts.</summary>
internal abstract class Folder : Handle
{
    /// <summary>Its absolute path, which is how a guest's C library finds it.</summary>
    public abstract string Path { get; }

    /// <summary>Names in ordinal order.</summary>
    public abstract IReadOnlyCollection<string> Names { get; }

    public sealed override FileType Type => FileType.Directory;

    public sealed override Folder? AsFolder => this;

    /// <summary>The size of a file, or null when there is none of that name.</summary>
    public abstract long? SizeOf(string name);

    /// <summary>Opens a file.</summary>
    public abstract WasiErrno Open(string name, OpenFlags flags, out Handle? handle);

    /// <summary>Removes a file.</summary>
    public abstract WasiErrno Remove(string name);

    /// <summary>Renames a file within the folder.</summary>
    public abstract WasiErrno Rename(string from, string to);
}
