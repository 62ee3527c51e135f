using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>The folder /data: read-only files given by the caller.</summary>
internal sealed class DataFolder : Folder
{
    /// <summary>Rights of an open data file.</summary>
    public const ulong FileRights = RightRead | RightSeek | RightTell | RightStat;

    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _files = new(StringComparer.Ordinal);

    /// <summary>Takes the files.</summary>
    /// <exception cref="ArgumentException">A name is none, or occurs twice.</exception>
    public DataFolder(IReadOnlyList<SandboxFile> files)
    {
        foreach (SandboxFile file in files)
        {
            if (!ResultFile.IsName(file.Name)) throw new ArgumentException($"Not a file name: {file.Name}.", nameof(files));
            _files.Add(file.Name, file.Content);
        }
    }

    public override string Path => "/data";

    public override ulong Rights => RightOpen | RightReadFolder | RightPathStat | RightStat;

    public override ulong InheritedRights => FileRights;

    public override IReadOnlyCollection<string> Names => _files.Keys;

    public override long? SizeOf(string name) => _files.TryGetValue(name, out ReadOnlyMemory<byte> content) ? content.Length : null;

    public override WasiErrno Open(string name, OpenFlags flags, out Handle? handle)
    {
        handle = null;
        if ((flags & (OpenFlags.Create | OpenFlags.Truncate)) != 0) return WasiErrno.ReadOnly;
        if (!_files.TryGetValue(name, out ReadOnlyMemory<byte> content)) return WasiErrno.NoEntry;
        if ((flags & OpenFlags.Directory) != 0) return WasiErrno.NotDirectory;
        handle = new DataHandle(content);
        return WasiErrno.Success;
    }

    public override WasiErrno Remove(string name) => WasiErrno.ReadOnly;

    public override WasiErrno Rename(string from, string to) => WasiErrno.ReadOnly;
}
