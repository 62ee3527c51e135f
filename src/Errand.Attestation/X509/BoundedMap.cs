using System.Diagnostics.CodeAnalysis;

namespace Errand.Attestation;

/// <summary>A map with a fixed number of places: what came first makes room. Thread safe.</summary>
internal sealed class BoundedMap<TKey, TValue>
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, TValue> _values = [];
    private readonly Queue<TKey> _order = new();
    private readonly int _capacity;

    internal BoundedMap(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    internal int Count
    {
        get
        {
            lock (_gate) return _values.Count;
        }
    }

    internal bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_gate) return _values.TryGetValue(key, out value);
    }

    /// <summary>Adds a value, unless the key has one.</summary>
    internal void Add(TKey key, TValue value)
    {
        lock (_gate)
        {
            if (!_values.TryAdd(key, value)) return;
            _order.Enqueue(key);
            if (_order.Count > _capacity) _values.Remove(_order.Dequeue());
        }
    }
}
