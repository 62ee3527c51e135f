namespace Errand.Enclave;

/// <summary>The folder /out as a guest sees it.</summary>
internal sealed class OutFolder(GuestMemory memory, OutputFolder files) : Folder
{
    /// <summary>Rights of an open output file.</summary>
    public const ulong FileRights = RightRead | RightWrite | RightSeek | RightTell | RightStat | RightResize | RightSync | RightSetFlags;

    public override string? Path => "/out";

    public override ulong Rights =>
        RightOpen | RightCreateFile | RightReadFolder | RightPathStat | RightPathResize | RightStat | RightUnlink | RightRename;

    public override ulong InheritedRights => FileRights;

    public override IReadOnlyList<FolderItem> Items => [.. files.Names.Select(name => Find(name)!.Value)];

    public override FolderItem? Find(string name) => files.Find(name) is { } node ? new FolderItem(name, FileType.RegularFile, node.Length) : null;

    public override Folder? Enter(string name) => null;

    public override WasiErrno Open(string name, OpenFlags flags, out Handle? handle)
    {
        handle = null;
        OutputNode? node = files.Find(name);
        if (node is null)
        {
            if ((flags & OpenFlags.Create) == 0) return WasiErrno.NoEntry;
            if ((flags & OpenFlags.Directory) != 0) return WasiErrno.Invalid;
            WasiErrno created = files.Create(name, out node);
            if (created != WasiErrno.Success) return created;
        }
        else if ((flags & (OpenFlags.Create | OpenFlags.Exclusive)) == (OpenFlags.Create | OpenFlags.Exclusive))
        {
            return WasiErrno.Exists;
        }
        else if ((flags & OpenFlags.Directory) != 0)
        {
            return WasiErrno.NotDirectory;
        }
        else if ((flags & OpenFlags.Truncate) != 0)
        {
            files.Resize(node, 0);
        }

        handle = new OutputHandle(memory, files, node);
        return WasiErrno.Success;
    }

    public override WasiErrno Remove(string name) => files.Remove(name);

    public override WasiErrno Rename(string from, string to) => files.Rename(from, to);
}
