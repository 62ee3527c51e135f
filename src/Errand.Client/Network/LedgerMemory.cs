using Errand.Ledger;

namespace Errand.Client;

/// <summary>A file with the newest checkpoint that a reader has seen, so that a rollback shows after a restart too.</summary>
internal sealed class LedgerMemory(string path, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private readonly string _path = Path.GetFullPath(path);
    private DateTimeOffset _written;

    /// <summary>What an earlier run has seen; null for nothing.</summary>
    /// <exception cref="LedgerException">The file is not this ledger's, or damaged.</exception>
    internal SignedCheckpoint? Load(WitnessQuorum quorum)
    {
        if (!File.Exists(_path)) return null;
        if (new FileInfo(_path).Length <= SignedNote.SizeBytesMax && quorum.TryOpen(File.ReadAllBytes(_path), out SignedCheckpoint? seen)) return seen;
        throw new LedgerException(LedgerFault.Damaged, $"{_path} is not a checkpoint of this network's ledger with its quorum. Restore it, or delete it if the ledger is known to be whole.");
    }

    /// <summary>Writes it, unless something was written a moment ago.</summary>
    internal void Keep(SignedNote note)
    {
        if (time.GetUtcNow() - _written >= Pace) KeepNow(note);
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Storage"/>.</exception>
    internal void KeepNow(SignedNote note)
    {
        try
        {
            DurableFile.Write(_path, note.ToBytes(), replace: true);
            _written = time.GetUtcNow();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException(LedgerFault.Storage, $"What was seen of the ledger cannot be written to {_path}: {fault.Message}", fault);
        }
    }
}
