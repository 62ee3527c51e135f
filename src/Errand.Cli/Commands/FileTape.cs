using Errand.Client;
using Errand.Enclave;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Clear files and folders as an enclave streams sealed ones: for tests of apps over data too large for memory.</summary>
internal sealed class FileTape(IReadOnlyList<(string Name, string Path)> files, int passes) : ITapeSource, IDisposable
{
    // As large as the chunks of a sealed file, unless its owner chose others.
    private readonly byte[] _piece = new byte[64 * 1024];
    private Stream? _file;
    private int _next;

    public IReadOnlyList<TapeFile> Files { get; } = [.. files.Select(file =>
    {
        using Stream clear = AssetSealer.OpenClear(file.Path, out FolderIndex? folder);
        return new TapeFile(file.Name, clear.Length, folder);
    })];

    public int Passes => passes;

    public ReadOnlyMemory<byte> ReadNext()
    {
        _file ??= AssetSealer.OpenClear(files[_next % files.Count].Path, out _);
        int count = _file.ReadAtLeast(_piece, _piece.Length, throwOnEndOfStream: false);
        if (count > 0) return _piece.AsMemory(0, count);
        Dispose();
        _next++;
        return default;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }
}
