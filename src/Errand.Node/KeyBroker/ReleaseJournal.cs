using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>
/// What a broker has sealed to which enclave, written to disk before anybody learns of it: after a crash, or in a second broker of
/// the same owner, the same bytes are sent and no second release is made. Holds only sealed keys.
/// </summary>
internal sealed class ReleaseJournal
{
    private readonly string _folder;

    public ReleaseJournal(string folder) => _folder = Directory.CreateDirectory(folder).FullName;

    /// <summary>The message of a release, or null if none was made.</summary>
    public byte[]? Find(TaskId task, int attempt, AssetId asset)
    {
        string file = FileOf(task, attempt, asset);
        return File.Exists(file) ? File.ReadAllBytes(file) : null;
    }

    /// <summary>Writes a message durably, unless there is one already; gives the one that counts.</summary>
    public byte[] Add(TaskId task, int attempt, AssetId asset, byte[] message)
    {
        string file = FileOf(task, attempt, asset);
        string unfinished = Path.Combine(_folder, Path.GetRandomFileName());
        using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            stream.Write(message);
            stream.Flush(flushToDisk: true);
        }
        try
        {
            // Fails if another broker was first: its message is the one.
            File.Move(unfinished, file, overwrite: false);
            DurableFolder.Flush(_folder);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(unfinished);
        }
        return File.ReadAllBytes(file);
    }

    private string FileOf(TaskId task, int attempt, AssetId asset) => Path.Combine(_folder, $"{task}-{attempt}-{asset}.release");
}
