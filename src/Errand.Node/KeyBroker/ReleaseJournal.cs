using Errand.Client;
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

    /// <summary>The message of a release, or null if none was made. It is durable: whoever wrote it may have died before that.</summary>
    public byte[]? Find(TaskId task, int attempt, AssetId asset)
    {
        string file = FileOf(task, attempt, asset);
        if (!File.Exists(file)) return null;
        DurableFolder.Flush(_folder);
        return File.ReadAllBytes(file);
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
        // If another broker was first, its message is the one.
        DurableFolder.TryName(unfinished, file);
        return Find(task, attempt, asset) ?? throw new IOException($"{file} has vanished.");
    }

    private string FileOf(TaskId task, int attempt, AssetId asset) => Path.Combine(_folder, $"{task}-{attempt}-{asset}.release");
}
