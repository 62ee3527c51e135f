using Errand.Client;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>
/// What a verifier has said of Proofs of Trust and accusations, written to disk before anybody learns of it. Whether a node answers a
/// challenge may change from one moment to the next, and so may what a ledger shows of its past: a verifier that was stopped and asked
/// again could contradict itself, which is a fault.
/// </summary>
internal sealed class VerdictJournal
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(60);
    private readonly string _folder;

    /// <summary>Opens the journal in a folder, and lets go of what is older than any Proof of Trust under way.</summary>
    public VerdictJournal(string folder, TimeProvider time)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        DateTime oldest = (time.GetUtcNow() - Kept).UtcDateTime;
        foreach (string file in Directory.EnumerateFiles(_folder).Where(file => File.GetLastWriteTimeUtc(file) < oldest).ToArray()) File.Delete(file);
    }

    /// <summary>The verdict on a seat's question, or null if none was given. It is durable.</summary>
    public VerdictEntry? Find(Seat seat, StateRoot root)
    {
        string file = FileOf(seat, root);
        if (!File.Exists(file)) return null;
        DurableFolder.Flush(_folder);
        return VerdictEntry.TryDecode(File.ReadAllBytes(file)) ?? throw new InvalidDataException($"{file} is damaged. Restore it from a copy; without it this verifier may contradict itself and be banned.");
    }

    /// <summary>Writes a verdict durably, unless there is one already; gives the one that counts.</summary>
    public VerdictEntry Add(Seat seat, VerdictEntry verdict)
    {
        string unfinished = Path.Combine(_folder, Path.GetRandomFileName());
        using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            stream.Write(verdict.Encode());
            stream.Flush(flushToDisk: true);
        }
        // If another process of this verifier was first, what it said counts.
        string file = FileOf(seat, verdict.Root);
        DurableFolder.TryName(unfinished, file);
        return Find(seat, verdict.Root) ?? throw new IOException($"{file} has vanished.");
    }

    private string FileOf(Seat seat, StateRoot root) => Path.Combine(_folder, $"{seat.CaseId}-{seat.Attempt}-{seat.Round}-{root}.verdict");
}
