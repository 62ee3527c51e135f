namespace Errand.Enclave;

/// <summary>
/// The one position that all open files of a tape share. It moves forward only, over all files and all passes: who reads further ahead, or again from an
/// earlier place, makes it pass over what lies between. So an app chooses what it uses of the data, and not what is read.
/// </summary>
internal sealed class DataTape(ITapeSource source)
{
    private int _pass, _file;
    private long _position;
    private ReadOnlyMemory<byte> _piece;

    /// <summary>The files.</summary>
    public IReadOnlyList<TapeFile> Files => source.Files;

    /// <summary>True when a byte lies ahead, in this pass or a later one.</summary>
    public bool CanReach(int file, long position) => _pass + (IsAhead(file, position) ? 0 : 1) < source.Passes;

    /// <summary>Reads from a position on, to the end of the file or of <paramref name="destination"/>; false when that lies behind.</summary>
    public bool TryRead(int file, long position, Span<byte> destination, out int count)
    {
        count = 0;
        if (!CanReach(file, position)) return false;
        int pass = IsAhead(file, position) ? _pass : _pass + 1;
        while (_pass < pass || _file < file) SkipFile();
        while (_position < position && !Take(position - _position).IsEmpty)
        {
        }
        while (count < destination.Length && Take(destination.Length - count) is { IsEmpty: false } taken)
        {
            taken.Span.CopyTo(destination[count..]);
            count += taken.Length;
        }
        return true;
    }

    /// <summary>Goes to the end of the last pass.</summary>
    public void Drain()
    {
        while (_pass < source.Passes) SkipFile();
    }

    private bool IsAhead(int file, long position) => file > _file || (file == _file && position >= _position);

    // Up to so many bytes; none at the end of the file.
    private ReadOnlyMemory<byte> Take(long most)
    {
        if (_position == source.Files[_file].SizeBytes) return default;
        if (_piece.IsEmpty) _piece = source.ReadNext();
        if (_piece.IsEmpty) throw new InvalidOperationException("A file of a tape is shorter than it says.");
        int count = (int)Math.Min(most, _piece.Length);
        ReadOnlyMemory<byte> taken = _piece[..count];
        _piece = _piece[count..];
        _position += count;
        return taken;
    }

    private void SkipFile()
    {
        while (!Take(int.MaxValue).IsEmpty)
        {
        }
        if (!source.ReadNext().IsEmpty) throw new InvalidOperationException("A file of a tape is longer than it says.");
        _position = 0;
        _file = (_file + 1) % source.Files.Count;
        if (_file == 0) _pass++;
    }
}
