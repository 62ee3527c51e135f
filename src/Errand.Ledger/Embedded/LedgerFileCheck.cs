using Errand.Primitives;
using Microsoft.Data.Sqlite;

namespace Errand.Ledger;

/// <summary>Checks a ledger file from the first byte to the last before anything is built on it.</summary>
/// <remarks>
/// 1. It is a ledger of this schema and network. 2. SQLite finds its structure whole. 3. The last checkpoint is signed with our
/// key. 4. Positions have no gap, times never go back, every entry has its leaf hash, every stored node follows from the
/// leaves. 5. The tree is the one the last checkpoint, and a known one if given, was signed over. Damage is refused and
/// named, wherever it is; nothing is ever cut off, since SQLite leaves no half-written tail.
/// </remarks>
internal sealed class LedgerFileCheck
{
    private readonly SqliteConnection _connection;
    private readonly LedgerFileTerms _terms;
    private readonly VerifierKey _key;
    private readonly MerkleAccumulator _tree = new();
    private readonly List<(int Level, long Index, Bytes32 Hash)> _completed = [];
    private long _nodeCount;
    private long _time;

    private LedgerFileCheck(SqliteConnection connection, LedgerFileTerms terms)
    {
        _connection = connection;
        _terms = terms;
        _key = terms.Key;
    }

    /// <exception cref="LedgerException">The file is not the ledger asked for, or not whole.</exception>
    /// <exception cref="SqliteException">SQLite cannot read it.</exception>
    internal static LedgerState Run(SqliteConnection connection, LedgerFileTerms terms) => new LedgerFileCheck(connection, terms).Run();

    private LedgerState Run()
    {
        CheckKind();
        CheckStructure();
        SignedCheckpoint checkpoint = ReadCheckpoint();
        Checkpoint[] expected = _terms.Known is { } known ? [checkpoint.Checkpoint, known] : [checkpoint.Checkpoint];
        foreach (Checkpoint head in expected) CheckOrigin(head);
        CheckEntries(expected);
        foreach (Checkpoint head in expected)
        {
            if (head.Size > _tree.Count)
                throw new LedgerException(LedgerFault.RolledBack, $"{_terms.Path} holds {_tree.Count} entries, but a checkpoint over {head.Size} has been signed: it is an older copy, or its end was cut off. {LedgerSchema.Remedy}", _tree.Count);
        }
        return new LedgerState(_tree, _time, checkpoint);
    }

    private void CheckKind()
    {
        if (LedgerSchema.Scalar(_connection, "PRAGMA application_id") is not (long)LedgerSchema.ApplicationId)
            throw new LedgerException(LedgerFault.NotALedger, $"{_terms.Path} is not an Errand ledger. Give the path of another file.");
        if (LedgerSchema.Scalar(_connection, "PRAGMA user_version") is not long version || version != LedgerSchema.Version)
            throw new LedgerException(LedgerFault.UnknownSchema, $"{_terms.Path} has another schema than {LedgerSchema.Version}, which this program writes. Use the program that wrote it, or a newer one.");
        if (!LedgerSchema.HasTables(_connection)) throw Damaged("has other tables than a ledger");
        if (LedgerSchema.Scalar(_connection, "SELECT network FROM ledger WHERE id = 0") is not byte[] network || !Bytes32.TryRead(network, out Bytes32 id))
            throw Damaged("has no network id");
        if (id != _terms.Network.Value)
            throw new LedgerException(LedgerFault.WrongNetwork, $"{_terms.Path} is the ledger of network {id}, not of {_terms.Network}. Give the path of that network's ledger.");
    }

    private void CheckStructure()
    {
        string? answer = LedgerSchema.Scalar(_connection, "PRAGMA quick_check(1)") as string;
        if (answer != "ok") throw Damaged($"is not whole: {answer?.ReplaceLineEndings(" ")}.");
    }

    private SignedCheckpoint ReadCheckpoint()
    {
        if (LedgerSchema.Scalar(_connection, "SELECT checkpoint FROM ledger WHERE id = 0") is not byte[] encoded) throw Damaged("has no checkpoint");
        if (_terms.MayBeUnsigned && encoded.Length == 0) return SignedCheckpoint.Unsigned(_key.Name);
        if (Checkpoint.TryOpen(encoded, _key, out SignedCheckpoint? checkpoint)) return checkpoint;
        // The note is ours alone: a well-formed one that does not name our key was signed with another.
        bool foreign = SignedNote.TryParse(encoded, out SignedNote? note) && note.Signatures.All(s => s.Name == _key.Name && s.KeyId != _key.KeyId);
        throw foreign
            ? new LedgerException(LedgerFault.WrongKey, $"The checkpoint of {_terms.Path} is signed with another key than {_key}. Use the key the ledger was made with.")
            : Damaged("has a checkpoint whose signature does not hold");
    }

    private void CheckOrigin(Checkpoint head)
    {
        if (head.Origin != _key.Name) throw new LedgerException(LedgerFault.WrongNetwork, $"The known checkpoint is of {head.Origin}, not of {_key.Name}.");
    }

    private void CheckEntries(Checkpoint[] expected)
    {
        foreach (Checkpoint head in expected) CheckRoot(head);
        using SqliteCommand entries = _connection.CreateCommand();
        entries.CommandText = $"SELECT {LedgerRow.Columns} FROM entries ORDER BY position";
        using SqliteDataReader row = entries.ExecuteReader();
        while (row.Read())
        {
            CheckEntry(new LedgerRow(row));
            foreach (Checkpoint head in expected) CheckRoot(head);
        }
        long nodes = (long)LedgerSchema.Scalar(_connection, "SELECT count(*) FROM nodes")!;
        if (nodes != _nodeCount) throw Damaged($"holds {nodes} tree nodes where {_nodeCount} belong");
    }

    private void CheckEntry(LedgerRow row)
    {
        long position = _tree.Count;
        if (row.Position != position) throw Damaged($"lacks entry {position}", position);
        if (row.TimeMilliseconds < _time) throw Damaged($"has an entry {position} that is older than the one before", position);
        if (!row.TryReadLeaf(out Bytes32 leaf)) throw Damaged($"has an entry {position} that is not what was written", position);
        _time = row.TimeMilliseconds;
        _tree.AppendLeafHash(leaf, Collect);
        foreach ((int level, long index, Bytes32 hash) in _completed) CheckNode(level, index, hash);
        _completed.Clear();
    }

    private void Collect(int level, long index, Bytes32 hash)
    {
        if (level % LedgerSchema.TileHeight == 0) _completed.Add((level, index, hash));
    }

    private void CheckNode(int level, long index, Bytes32 hash)
    {
        _nodeCount++;
        long position = index << level;
        using SqliteCommand node = _connection.CreateCommand();
        node.CommandText = "SELECT hash FROM nodes WHERE level = $level AND node = $node";
        node.Parameters.AddWithValue("$level", level);
        node.Parameters.AddWithValue("$node", index);
        if (node.ExecuteScalar() is not byte[] stored || !Bytes32.TryRead(stored, out Bytes32 value) || value != hash)
            throw Damaged($"has entries from {position} to {_tree.Count - 1} of which one or more are not what was written", position);
    }

    private void CheckRoot(Checkpoint head)
    {
        if (head.Size != _tree.Count || head.Root == _tree.Root) return;
        throw new LedgerException(LedgerFault.RolledBack, $"The first {head.Size} entries of {_terms.Path} are not those a checkpoint was signed over: they were rewritten. {LedgerSchema.Remedy}", 0);
    }

    private LedgerException Damaged(string what, long? position = null) =>
        new(LedgerFault.Damaged, $"{_terms.Path} {what.TrimEnd('.')}. {LedgerSchema.Remedy}", position);
}
