using System.Text;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>The folder /out: a few flat files in memory, bounded in number and in total size.</summary>
internal sealed class OutputFolder(long sizeMax) : IDisposable
{
    /// <summary>How many files an app can leave.</summary>
    public const int CountMax = ResultPackage.FilesMax;

    private readonly SortedDictionary<string, OutputNode> _files = new(StringComparer.Ordinal);
    private long _size;

    /// <summary>Names in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _files.Keys;

    /// <summary>The file of a name, or null.</summary>
    public OutputNode? Find(string name) => _files.GetValueOrDefault(name);

    /// <summary>Makes an empty file.</summary>
    public WasiErrno Create(string name, out OutputNode node)
    {
        node = new OutputNode();
        if (Encoding.UTF8.GetByteCount(name) > ResultFile.NameSizeMax) return WasiErrno.NameTooLong;
        if (!ResultFile.IsName(name)) return WasiErrno.Invalid;
        if (_files.Count == CountMax) return WasiErrno.NoSpace;
        _files.Add(name, node);
        return WasiErrno.Success;
    }

    /// <summary>Sets the length of a file.</summary>
    /// <exception cref="GuestStopException">The total would exceed the limit: the run ends without output.</exception>
    public void Resize(OutputNode node, long length)
    {
        if (length > sizeMax || _size - node.Length + length > sizeMax) throw new GuestStopException(OutcomeCode.Limit);
        _size += length - node.Length;
        node.Resize(length);
    }

    /// <summary>Removes a file that no handle is open on.</summary>
    public WasiErrno Remove(string name)
    {
        if (Find(name) is not { } node) return WasiErrno.NoEntry;
        if (node.OpenHandles > 0) return WasiErrno.Busy;
        _files.Remove(name);
        _size -= node.Length;
        node.Dispose();
        return WasiErrno.Success;
    }

    /// <summary>Renames a file, in place of another if there is one.</summary>
    public WasiErrno Rename(string from, string to)
    {
        if (Find(from) is not { } node) return WasiErrno.NoEntry;
        if (Encoding.UTF8.GetByteCount(to) > ResultFile.NameSizeMax) return WasiErrno.NameTooLong;
        if (!ResultFile.IsName(to)) return WasiErrno.Invalid;
        if (from == to) return WasiErrno.Success;
        if (Remove(to) is WasiErrno.Busy) return WasiErrno.Busy;
        _files.Remove(from);
        _files.Add(to, node);
        return WasiErrno.Success;
    }

    /// <summary>Copies of all files in ordinal order of name.</summary>
    public SandboxFile[] ToFiles() => [.. _files.Select(file => new SandboxFile(file.Key, file.Value.ToArray()))];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OutputNode node in _files.Values) node.Dispose();
    }
}
