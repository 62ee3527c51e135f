using System.Text;
using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>A witness's memory of one log: the last note it cosigned, in a file that is replaced whole and flushed to the disk.</summary>
/// <remarks>
/// Never put an older copy of the file back: the witness would sign what contradicts what it has signed. A witness whose file is
/// lost must get a new key.
/// </remarks>
public sealed class WitnessFile(string path, string log) : IWitnessStore
{
    private readonly string _path = Path.GetFullPath(path);

    /// <summary>The witness of a network's verifier, with its memory in a file.</summary>
    /// <exception cref="LedgerException">The file is damaged.</exception>
    public static Witness Open(Genesis genesis, SigningKey key, string path, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        VerifierKey log = ServedLedgerOptions.QuorumOf(genesis).Log;
        return new Witness(log, Cosigner.OfNode(key), new WitnessFile(path, log.Name), time);
    }

    /// <inheritdoc/>
    public SignedNote? Load(string origin)
    {
        Require(origin);
        if (!File.Exists(_path)) return null;
        if (new FileInfo(_path).Length <= SignedNote.SizeBytesMax && SignedNote.TryParse(File.ReadAllBytes(_path), out SignedNote? note)
            && Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint) && checkpoint.Origin == log) return note;
        throw new LedgerException(LedgerFault.Damaged, $"{_path} is not what the witness wrote. Do not put an older copy in its place: retire the witness's key.");
    }

    /// <inheritdoc/>
    public void Save(string origin, SignedNote note)
    {
        Require(origin);
        string unfinished = _path + ".new";
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(Encoding.UTF8.GetBytes(note.ToString()));
            stream.Flush(flushToDisk: true);
        }
        File.Move(unfinished, _path, overwrite: true);
        DurableFolder.Flush(Path.GetDirectoryName(_path)!);
    }

    private void Require(string origin)
    {
        if (origin != log) throw new ArgumentException($"This file is for {log}.", nameof(origin));
    }
}
