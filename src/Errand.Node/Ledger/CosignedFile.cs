using Errand.Ledger;

namespace Errand.Node;

/// <summary>The newest checkpoint with its quorum, beside the ledger's file: what a restarted ledger shows before its witnesses answer.</summary>
/// <remarks>Not flushed to the disk: if it is lost, the witnesses are asked again.</remarks>
internal sealed class CosignedFile(string path)
{
    /// <summary>What was kept; null when it is missing, or not of this log.</summary>
    internal SignedCheckpoint? TryLoad(WitnessQuorum quorum, EmbeddedLedger log)
    {
        if (quorum.Needed == 0) return log.LatestCheckpoint;
        if (!File.Exists(path) || new FileInfo(path).Length > SignedNote.SizeBytesMax) return null;
        return quorum.TryOpen(File.ReadAllBytes(path), out SignedCheckpoint? kept) && log.IsExtensionOf(kept.Checkpoint) ? kept : null;
    }

    internal void Keep(SignedCheckpoint cosigned)
    {
        string unfinished = path + ".new";
        File.WriteAllBytes(unfinished, cosigned.Note.ToBytes());
        File.Move(unfinished, path, overwrite: true);
    }
}
