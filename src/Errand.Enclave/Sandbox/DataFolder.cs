namespace Errand.Enclave;

/// <summary>The folder /data, or one below it: read-only files given by the caller, in memory or on a tape.</summary>
/// <param name="tree">What is in it.</param>
/// <param name="path">Its absolute path, if the guest finds it open.</param>
internal sealed class DataFolder(DataTree tree, string? path) : Folder
{
    /// <summary>Rights of an open data file.</summary>
    public const ulong FileRights = RightRead | RightSeek | RightTell | RightStat;

    private const ulong FolderRights = RightOpen | RightReadFolder | RightPathStat | RightStat;

    public override string? Path => path;

    public override ulong Rights => FolderRights;

    public override ulong InheritedRights => FileRights | FolderRights;

    public override IReadOnlyList<FolderItem> Items => tree.Items;

    public override FolderItem? Find(string name) => tree.Find(name);

    public override Folder? Enter(string name) => tree.Enter(name) is { } folder ? new DataFolder(folder, null) : null;

    public override WasiErrno Open(string name, OpenFlags flags, out Handle? handle)
    {
        handle = null;
        if ((flags & (OpenFlags.Create | OpenFlags.Truncate)) != 0) return WasiErrno.ReadOnly;
        if (tree.Find(name) is not { } item) return WasiErrno.NoEntry;
        if (item.Type != FileType.Directory && (flags & OpenFlags.Directory) != 0) return WasiErrno.NotDirectory;
        handle = (Handle?)Enter(name) ?? tree.Open(name);
        return WasiErrno.Success;
    }

    public override WasiErrno Remove(string name) => WasiErrno.ReadOnly;

    public override WasiErrno Rename(string from, string to) => WasiErrno.ReadOnly;
}
