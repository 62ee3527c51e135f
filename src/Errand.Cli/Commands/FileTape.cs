using Errand.Enclave;

namespace Errand.Cli;

/// <summary>Clear files as an enclave streams sealed ones: for tests of apps over data too large for memory.</summary>
internal sealed class FileTape(IReadOnlyList<(string Name, string Path)> files, int passes) : ITapeSource, IDisposable
{
    // As large as the chunks of a sealed file, unless its owner chose others.
    private readonly byte[] _piece = new byte[64 * 1024];
    private FileStream? _file;
    private int _next;

    public IReadOnlyList<TapeFile> Files { get; } = [.. files.Select(file => new TapeFile(file.Name, new FileInfo(file.Path).Length))];

    public int Passes => passes;

    public ReadOnlyMemory<byte> ReadNext()
    {
        _file ??= File.OpenRead(files[_next % files.Count].Path);
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
