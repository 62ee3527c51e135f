using Microsoft.Data.Sqlite;

namespace Errand.Ledger;

/// <content>What is to be sent, and what was. A nonce carries the same entries until it is final.</content>
internal sealed partial class EvmStore
{
    /// <summary>Keeps an entry until it lies on the chain.</summary>
    internal long Enqueue(ReadOnlyMemory<byte> entry) => Use(() =>
    {
        byte[] bytes = entry.ToArray();
        using SqliteCommand insert = Command("INSERT INTO outbox(id, bytes) VALUES ($id, $bytes) RETURNING number", ("$id", Keccak.Hash(bytes).ToArray()), ("$bytes", bytes));
        return (long)insert.ExecuteScalar()!;
    });

    /// <summary>Takes back an entry of which nothing can have been sent; false for any other.</summary>
    internal bool TryWithdraw(long number) => Use(() =>
    {
        using SqliteCommand delete = Command("DELETE FROM outbox WHERE number = $number AND nonce IS NULL", ("$number", number));
        return delete.ExecuteNonQuery() > 0;
    });

    /// <summary>Entries that have no nonce yet, oldest first.</summary>
    internal List<OutboxMessage> Waiting(int countMax) => Use(() =>
    {
        using SqliteCommand read = Command("SELECT number, bytes FROM outbox WHERE nonce IS NULL ORDER BY number LIMIT $count", ("$count", (long)countMax));
        using SqliteDataReader row = read.ExecuteReader();
        var messages = new List<OutboxMessage>();
        while (row.Read()) messages.Add(new OutboxMessage(row.GetInt64(0), row.GetFieldValue<byte[]>(1)));
        return messages;
    });

    /// <summary>Transactions that are not final, by nonce.</summary>
    internal List<SentTransaction> Sent() => Use(() =>
    {
        using SqliteCommand read = Command("SELECT nonce, account, signed, priority, fee, gas, since FROM sent ORDER BY nonce");
        using SqliteDataReader row = read.ExecuteReader();
        var sent = new List<SentTransaction>();
        while (row.Read()) sent.Add(new SentTransaction(
            (ulong)row.GetInt64(0), new EvmAddress(row.GetFieldValue<byte[]>(1)), row.GetFieldValue<byte[]>(2), (ulong)row.GetInt64(3), (ulong)row.GetInt64(4), (ulong)row.GetInt64(5), (ulong)row.GetInt64(6)));
        return sent;
    });

    /// <summary>Gives entries to a nonce, with the transaction that carries them. Durable before it returns: only then may it be sent.</summary>
    /// <returns>False when one of them was taken back meanwhile: nothing is kept.</returns>
    internal bool TryBind(SentTransaction transaction, IReadOnlyList<OutboxMessage> messages) => Use(() =>
    {
        using SqliteTransaction all = _connection.BeginTransaction();
        Insert(transaction);
        using SqliteCommand bind = Command("UPDATE outbox SET nonce = $nonce, place = $place WHERE number = $number AND nonce IS NULL", ("$nonce", (long)transaction.Nonce), ("$place", 0L), ("$number", 0L));
        for (int place = 0; place < messages.Count; place++)
        {
            bind.Parameters[1].Value = (long)place;
            bind.Parameters[2].Value = messages[place].Number;
            if (bind.ExecuteNonQuery() != 1) return false;
        }
        all.Commit();
        return true;
    });

    /// <summary>Puts the same nonce's transaction with another fee in the place of the one before.</summary>
    internal void Replace(SentTransaction transaction) => Use(() =>
    {
        Insert(transaction);
        return true;
    });

    /// <summary>The entries that a nonce carries.</summary>
    internal List<ReadOnlyMemory<byte>> Carried(ulong nonce) => Use(() =>
    {
        using SqliteCommand read = Command("SELECT bytes FROM outbox WHERE nonce = $nonce ORDER BY place", ("$nonce", (long)nonce));
        using SqliteDataReader row = read.ExecuteReader();
        var entries = new List<ReadOnlyMemory<byte>>();
        while (row.Read()) entries.Add(row.GetFieldValue<byte[]>(0));
        return entries;
    });

    /// <summary>Ends a final nonce: each of its entries lies on the chain now, from this account, or waits for another nonce again.</summary>
    /// <param name="sent">What the nonce carries.</param>
    /// <param name="giveUp">Whether entries that are not there may be sent again.</param>
    /// <returns>Null when some are not there and may not be: nothing is changed.</returns>
    internal List<Settled>? TrySettle(SentTransaction sent, bool giveUp) => Use(() =>
    {
        using SqliteTransaction all = _connection.BeginTransaction();
        var settled = new List<Settled>();
        foreach ((long number, byte[] id) in Bound(sent.Nonce)) settled.Add(new Settled(number, Claim(number, id, sent.Account, sent.Since)));
        if (!giveUp && settled.Exists(one => one.Position is null)) return null;
        using SqliteCommand done = Command("DELETE FROM sent WHERE nonce = $nonce", ("$nonce", (long)sent.Nonce));
        done.ExecuteNonQuery();
        all.Commit();
        return settled;
    });

    private void Insert(SentTransaction transaction)
    {
        using SqliteCommand insert = Command("INSERT OR REPLACE INTO sent(nonce, account, signed, priority, fee, gas, since) VALUES ($nonce, $account, $signed, $priority, $fee, $gas, $since)",
            ("$nonce", (long)transaction.Nonce), ("$account", transaction.Account.ToArray()), ("$signed", transaction.Signed.ToArray()), ("$priority", (long)transaction.PriorityFee), ("$fee", (long)transaction.FeeMax), ("$gas", (long)transaction.Gas), ("$since", (long)transaction.Since));
        insert.ExecuteNonQuery();
    }

    private List<(long Number, byte[] Id)> Bound(ulong nonce)
    {
        using SqliteCommand read = Command("SELECT number, id FROM outbox WHERE nonce = $nonce ORDER BY place", ("$nonce", (long)nonce));
        using SqliteDataReader row = read.ExecuteReader();
        var bound = new List<(long, byte[])>();
        while (row.Read()) bound.Add((row.GetInt64(0), row.GetFieldValue<byte[]>(1)));
        return bound;
    }

    // Equal ids are equal bytes: which of two such entries is whose makes no difference, as long as each is counted once.
    private LedgerPosition? Claim(long number, byte[] id, EvmAddress account, ulong since)
    {
        using SqliteCommand find = Command("SELECT sequence, position, time FROM items WHERE id = $id AND sender = $sender AND claimed = 0 AND sequence >= $since AND sequence < $count ORDER BY sequence LIMIT 1",
            ("$id", id), ("$sender", account.ToArray()), ("$since", (long)since), ("$count", (long)Tip.Count));
        (long Sequence, LedgerPosition At)? found = null;
        using (SqliteDataReader row = find.ExecuteReader())
            if (row.Read()) found = (row.GetInt64(0), new LedgerPosition(row.GetInt64(1), row.GetInt64(2)));
        using SqliteCommand end = found is { } item
            ? Command("UPDATE items SET claimed = 1 WHERE sequence = $sequence; DELETE FROM outbox WHERE number = $number", ("$sequence", item.Sequence), ("$number", number))
            : Command("UPDATE outbox SET nonce = NULL, place = NULL WHERE number = $number", ("$number", number));
        end.ExecuteNonQuery();
        return found?.At;
    }
}
