namespace Errand.Enclave;

/// <summary>A folder that a guest has open: one of the two that it finds when it starts, or one below /data.</summary>
internal abstract class Folder : Handle
{
    /// <summary>Its absolute path, which is how a guest's C library finds it; null for one that the guest has opened itself.</summary>
    public abstract string? Path { get; }

    /// <summary>What is in it, in ordinal order.</summary>
    public abstract IReadOnlyList<FolderItem> Items { get; }

    public sealed override FileType Type => FileType.Directory;

    public sealed override Folder? AsFolder => this;

    /// <summary>What is there by a name; null when nothing is.</summary>
    public abstract FolderItem? Find(string name);

    /// <summary>The folder of a name; null when there is none, or a file.</summary>
    public abstract Folder? Enter(string name);

    /// <summary>Opens a file or folder.</summary>
    public abstract WasiErrno Open(string name, OpenFlags flags, out Handle? handle);

    /// <summary>Removes a file.</summary>
    public abstract WasiErrno Remove(string name);

    /// <summary>Renames a file within the folder.</summary>
    public abstract WasiErrno Rename(string from, string to);
}
