using System.Globalization;
using Errand.Client;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>
/// How far a broker has seen its ledger: number of entries and their tree hash, kept on disk. A ledger that does not extend it has
/// been rolled back or rewritten: approvals and revocations may be missing, and nothing may be accepted or released on it.
/// </summary>
/// <remarks>The file holds one line, <c>count root</c>, in decimal and lower-case hexadecimal. An owner who knows why the ledger was restored deletes it.</remarks>
internal sealed class SeenLedger
{
    private readonly MerkleAccumulator _tree = new();
    private readonly string _file;
    private long _remembered;
    private Bytes32 _rememberedRoot;

    /// <summary>Takes up what an earlier run has seen.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public SeenLedger(string file)
    {
        _file = file;
        if (!File.Exists(file)) return;
        string[] parts = File.ReadAllText(file).TrimEnd('\n').Split(' ');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _remembered) || !Bytes32.TryParseHex(parts[1], out _rememberedRoot))
            throw new InvalidDataException($"{file} is damaged. Restore it with the broker's state folder, or delete it if the ledger is known to be whole.");
    }

    /// <summary>True once the ledger has been found not to extend what was seen. Stays true until the broker is started again.</summary>
    public bool IsRolledBack { get; private set; }

    /// <summary>Takes the next entry. Returns true when it shows that the ledger was rewritten.</summary>
    public bool Note(LedgerEntry entry)
    {
        _tree.AppendLeafHash(LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span));
        return _tree.Count == _remembered && _tree.Root != _rememberedRoot && RollBack();
    }

    /// <summary>Called when all entries there are have been taken. Returns true when it shows that some have gone.</summary>
    public bool NoteEnd() => _tree.Count < _remembered && !IsRolledBack && RollBack();

    /// <summary>Writes down durably what has been seen, unless it is less than what is written or not its extension.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Remember()
    {
        if (IsRolledBack || _tree.Count <= _remembered) return;
        Bytes32 root = _tree.Root;
        string unfinished = $"{_file}.{Path.GetRandomFileName()}";
        using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_tree.Count} {root}\n")));
            stream.Flush(flushToDisk: true);
        }
        File.Move(unfinished, _file, overwrite: true);
        DurableFolder.Flush(Path.GetDirectoryName(_file)!);
        (_remembered, _rememberedRoot) = (_tree.Count, root);
    }

    private bool RollBack()
    {
        IsRolledBack = true;
        return true;
    }
}
