using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>The folder /data: read-only files given by the caller, in memory or on a tape.</summary>
internal sealed class DataFolder : Folder
{
    /// <summary>Rights of an open data file.</summary>
    public const ulong FileRights = RightRead | RightSeek | RightTell | RightStat;

    private readonly SortedDictionary<string, Func<SeekableHandle>> _files = new(StringComparer.Ordinal);

    /// <summary>Takes the files.</summary>
    /// <param name="files">Those in memory.</param>
    /// <param name="tape">Those that are not.</param>
    /// <exception cref="ArgumentException">A name is none, or occurs twice.</exception>
    public DataFolder(IReadOnlyList<SandboxFile> files, DataTape? tape)
    {
        foreach (SandboxFile file in files) Add(file.Name, () => new DataHandle(file.Content));
        for (int i = 0; i < tape?.Files.Count; i++)
        {
            int file = i;
            Add(tape.Files[i].Name, () => new TapeHandle(tape, file));
        }
    }

    public override string Path => "/data";

    public override ulong Rights => RightOpen | RightReadFolder | RightPathStat | RightStat;

    public override ulong InheritedRights => FileRights;

    public override IReadOnlyCollection<string> Names => _files.Keys;

    public override long? SizeOf(string name) => _files.TryGetValue(name, out Func<SeekableHandle>? open) ? open().Size : null;

    public override WasiErrno Open(string name, OpenFlags flags, out Handle? handle)
    {
        handle = null;
        if ((flags & (OpenFlags.Create | OpenFlags.Truncate)) != 0) return WasiErrno.ReadOnly;
        if (!_files.TryGetValue(name, out Func<SeekableHandle>? open)) return WasiErrno.NoEntry;
        if ((flags & OpenFlags.Directory) != 0) return WasiErrno.NotDirectory;
        handle = open();
        return WasiErrno.Success;
    }

    public override WasiErrno Remove(string name) => WasiErrno.ReadOnly;

    public override WasiErrno Rename(string from, string to) => WasiErrno.ReadOnly;

    private void Add(string name, Func<SeekableHandle> open)
    {
        if (!ResultFile.IsName(name)) throw new ArgumentException($"Not a file name: {name}.", nameof(name));
        _files.Add(name, open);
    }
}
