namespace Errand.Enclave;

/// <summary>
/// The one position that all open files of a tape share. It moves forward only, over all files and all passes: who reads further ahead, or again from an
/// earlier place, makes it pass over what lies between. So an app chooses what it uses of the data, and not what is read.
/// </summary>
internal sealed class DataTape(ITapeSource source)
{
    private int _pass, _file;
    private long _position;
    private ReadOnlyMemory<byte> _piece, _last;

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
        while (_position < position && Advance(position - _position) > 0)
        {
        }
        while (count < destination.Length && Advance(destination.Length - count) is int read and > 0)
        {
            _last.Span.CopyTo(destination[count..]);
            count += read;
        }
        return true;
    }

    /// <summary>Goes to the end of the last pass.</summary>
    public void Drain()
    {
        while (_pass < source.Passes) SkipFile();
    }

    private bool IsAhead(int file, long position) => file > _file || (file == _file && position >= _position);

    // Takes up to so many bytes; 0 at the end of the file.
    private int Advance(long most)
    {
        if (_position == source.Files[_file].SizeBytes) return 0;
        if (_piece.IsEmpty) _piece = source.ReadNext();
        if (_piece.IsEmpty) throw new InvalidOperationException("A file of a tape is shorter than it says.");
        int count = (int)Math.Min(most, _piece.Length);
        _last = _piece[..count];
        _piece = _piece[count..];
        _position += count;
        return count;
    }

    private void SkipFile()
    {
        while (Advance(int.MaxValue) > 0)
        {
        }
        if (!source.ReadNext().IsEmpty) throw new InvalidOperationException("A file of a tape is longer than it says.");
        _position = 0;
        _file = (_file + 1) % source.Files.Count;
        if (_file == 0) _pass++;
    }
}
