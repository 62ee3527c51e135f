using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Errand.Protocol;

/// <summary>
/// Records by a key that they hold themselves: a table of references, 11 to 22 bytes a record where a dictionary takes 50 to 80. A record's key must not
/// change while it is in the map.
/// </summary>
/// <remarks>
/// Open addressing with linear probing, at most three quarters full. Hash codes are seeded for each process, so nobody can choose keys that fall on
/// one place; hence the order of enumeration differs between processes, and nothing that the state root covers may follow it.
/// </remarks>
internal sealed class RecordMap<TKey, TRecord>(Func<TRecord, TKey> keyOf) : IReadOnlyDictionary<TKey, TRecord>
    where TKey : struct, IEquatable<TKey>
    where TRecord : class
{
    private const int SizeMin = 8;
    private TRecord?[] _slots = new TRecord?[SizeMin];
    private ulong _changes;

    public int Count { get; private set; }

    public IEnumerable<TKey> Keys => Values.Select(keyOf);

    public IEnumerable<TRecord> Values
    {
        get
        {
            ulong changes = _changes;
            foreach (TRecord? record in _slots)
            {
                if (changes != _changes) throw new InvalidOperationException("The map has changed while it was enumerated.");
                if (record is not null) yield return record;
            }
        }
    }

    public TRecord this[TKey key] => TryGetValue(key, out TRecord? record) ? record : throw new KeyNotFoundException($"There is no record {key}.");

    public bool ContainsKey(TKey key) => _slots[Find(key)] is not null;

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TRecord record)
    {
        record = _slots[Find(key)];
        return record is not null;
    }

    /// <summary>Adds a record.</summary>
    /// <exception cref="ArgumentException">There is one with its key.</exception>
    public void Add(TRecord record)
    {
        if (!TryAdd(record)) throw new ArgumentException($"There is a record {keyOf(record)} already.", nameof(record));
    }

    /// <summary>Adds a record; false if there is one with its key.</summary>
    public bool TryAdd(TRecord record)
    {
        int slot = Find(keyOf(record));
        if (_slots[slot] is not null) return false;
        _slots[slot] = record;
        _changes++;
        Count++;
        if (Count > _slots.Length / 4 * 3) Grow();
        return true;
    }

    /// <summary>Removes the record of a key; false if there is none.</summary>
    public bool Remove(TKey key)
    {
        int hole = Find(key);
        if (_slots[hole] is null) return false;
        int mask = _slots.Length - 1;
        // Records behind the hole move into it unless their own place lies behind it: then no search ends too early.
        for (int slot = (hole + 1) & mask; _slots[slot] is { } record; slot = (slot + 1) & mask)
        {
            int distanceFromHome = (slot - HomeOf(keyOf(record))) & mask;
            if (distanceFromHome < ((slot - hole) & mask)) continue;
            _slots[hole] = record;
            hole = slot;
        }
        _slots[hole] = null;
        _changes++;
        Count--;
        return true;
    }

    public IEnumerator<KeyValuePair<TKey, TRecord>> GetEnumerator() => Values.Select(record => KeyValuePair.Create(keyOf(record), record)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Where the key is, or where it would be put.
    private int Find(TKey key)
    {
        int mask = _slots.Length - 1;
        int slot = HomeOf(key);
        while (_slots[slot] is { } record && !keyOf(record).Equals(key)) slot = (slot + 1) & mask;
        return slot;
    }

    // Multiplied, so that all bits of a hash code count although only the upper ones are taken (Knuth, volume 3, section 6.4).
    private int HomeOf(TKey key) => (int)(unchecked((uint)key.GetHashCode() * 0x9E3779B1u) >> (32 - int.Log2(_slots.Length)));

    private void Grow()
    {
        TRecord?[] old = _slots;
        _slots = new TRecord?[checked(2 * old.Length)];
        foreach (TRecord? record in old)
            if (record is not null) _slots[Find(keyOf(record))] = record;
    }
}
