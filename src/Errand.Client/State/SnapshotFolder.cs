using System.Globalization;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Snapshots of one network's state in a folder: the newest few, each written whole or not at all.</summary>
/// <remarks>
/// <code>
/// 12000.snapshot   the state after so many entries (docs/protocol/state.md section 9.4)
/// 12000.extra      what its keeper needs beside it; may be empty
/// 12000.note       why its keeper trusts it; written last and deleted first: without it there is no snapshot
/// lock             held by the process that writes
/// </code>
/// Nothing here is believed because it lies here: whoever loads a snapshot checks the note, and the state against it. Several processes
/// may read and write; one that comes second to write leaves it be. Thread-safe.
/// </remarks>
public sealed class SnapshotFolder
{
    /// <summary>How many are kept.</summary>
    public const int KeptMax = 3;

    /// <summary>The longest snapshot that is written, or taken from others: about ten million nodes.</summary>
    public const long SizeBytesMax = 8L << 30;

    /// <summary>The longest note.</summary>
    public const int NoteSizeBytesMax = 1 << 20;

    private const string SnapshotSuffix = ".snapshot", ExtraSuffix = ".extra", NoteSuffix = ".note", UnfinishedSuffix = ".part";
    private const int BufferSize = 1 << 16;

    private readonly long _sizeMax;

    /// <summary>The folder; made when the first snapshot is written.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="sizeMax">The longest snapshot that is written, in bytes.</param>
    public SnapshotFolder(string path, long sizeMax = SizeBytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sizeMax, 1);
        Root = Path.GetFullPath(path);
        _sizeMax = sizeMax;
    }

    /// <summary>Its full path.</summary>
    public string Root { get; }

    /// <summary>The positions of what is kept, the newest first.</summary>
    public IReadOnlyList<long> Positions() => Directory.Exists(Root)
        ? [.. Directory.EnumerateFiles(Root, "*" + NoteSuffix).Select(PositionOf).OfType<long>().OrderDescending()]
        : [];

    /// <summary>The snapshot of a position; null if there is none.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public FileStream? Open(long position)
    {
        string file = FileOf(position, SnapshotSuffix);
        if (!File.Exists(FileOf(position, NoteSuffix))) return null;
        try
        {
            // Another process may delete it meanwhile: who has it open reads it to its end.
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The note of a position; null if there is none or it is longer than notes are.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public byte[]? ReadNote(long position) => ReadBounded(FileOf(position, NoteSuffix), NoteSizeBytesMax);

    /// <summary>What lies beside a snapshot; null if there is none or it is longer than a snapshot may be.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public byte[]? ReadExtra(long position) => ReadBounded(FileOf(position, ExtraSuffix), (int)Math.Min(_sizeMax, Array.MaxLength));

    /// <summary>Writes a snapshot durably and lets go of those that are too many.</summary>
    /// <param name="position">Its position.</param>
    /// <param name="write">Writes the state.</param>
    /// <param name="extra">What goes beside it.</param>
    /// <param name="note">Why it may be trusted.</param>
    /// <returns>False when another process is writing here, or the snapshot would be too long: nothing was changed, or nothing but older ones deleted.</returns>
    /// <exception cref="IOException">The disk failed; the snapshot is not there.</exception>
    public bool TrySave(long position, Action<Stream> write, ReadOnlySpan<byte> extra, ReadOnlySpan<byte> note)
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        if (note.Length is 0 or > NoteSizeBytesMax) throw new ArgumentException($"A note has 1 to {NoteSizeBytesMax} bytes.", nameof(note));
        Directory.CreateDirectory(Root);
        using FileStream? held = TryLock();
        if (held is null) return false;
        Sweep();
        string unfinished = FileOf(position, SnapshotSuffix + UnfinishedSuffix);
        try
        {
            using (var stream = new BoundedFile(unfinished, _sizeMax))
            {
                write(stream);
                if (stream.IsFull) return false;
                stream.FlushToDisk();
            }
            Remove(position);
            File.Move(unfinished, FileOf(position, SnapshotSuffix));
        }
        finally
        {
            File.Delete(unfinished);
        }
        DurableFile.Write(FileOf(position, ExtraSuffix), extra, replace: true);
        // The folder has been flushed with the names before it: a note that is there names files that are.
        DurableFile.Write(FileOf(position, NoteSuffix), note, replace: true);
        foreach (long old in Positions().Where(kept => kept != position).Skip(KeptMax - 1).ToArray()) Remove(old);
        return true;
    }

    /// <summary>Deletes a snapshot.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Remove(long position)
    {
        if (!Directory.Exists(Root)) return;
        string note = FileOf(position, NoteSuffix);
        if (File.Exists(note))
        {
            File.Delete(note);
            DurableFolder.Flush(Root);
        }
        File.Delete(FileOf(position, ExtraSuffix));
        File.Delete(FileOf(position, SnapshotSuffix));
    }

    // Under the lock nobody writes: what is unfinished is left over from a process that was killed.
    private void Sweep()
    {
        foreach (string file in Directory.EnumerateFiles(Root))
        {
            bool leftOver = Path.GetExtension(file) switch
            {
                UnfinishedSuffix or DurableFile.TemporarySuffix => true,
                SnapshotSuffix or ExtraSuffix => PositionOf(file) is { } position && !File.Exists(FileOf(position, NoteSuffix)),
                _ => false,
            };
            if (leftOver) File.Delete(file);
        }
    }

    private FileStream? TryLock()
    {
        try
        {
            return new FileStream(Path.Combine(Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (Directory.Exists(Root))
        {
            return null;
        }
    }

    private static byte[]? ReadBounded(string file, int sizeMax)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (stream.Length > sizeMax) return null;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or EndOfStreamException)
        {
            return null;
        }
    }

    private static long? PositionOf(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long position) && position.ToString(CultureInfo.InvariantCulture) == name ? position : null;
    }

    private string FileOf(long position, string suffix) => Path.Combine(Root, string.Create(CultureInfo.InvariantCulture, $"{position}{suffix}"));
}
