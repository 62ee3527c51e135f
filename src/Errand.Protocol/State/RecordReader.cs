using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Reads a whole map of fields.</summary>
internal delegate T MapReader<T>(ReadOnlySpan<byte> map, out FieldError error);

/// <summary>Reads the values of state records in a snapshot. The first fault sticks; later reads give defaults.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> value)
{
    private CanonicalReader _reader = new(value);

    /// <summary>True once anything was not as expected.</summary>
    public bool Failed { get; private set; }

    /// <summary>True when all was as expected and nothing is left.</summary>
    public readonly bool IsComplete => !Failed && _reader.AtEnd;

    /// <summary>Notes a fault that the caller found.</summary>
    public void Fail() => Failed = true;

    /// <summary>An array of exactly so many items.</summary>
    public void Array(int count)
    {
        if (!_reader.TryReadArrayHeader(count, out int found) || found != count) Failed = true;
    }

    /// <summary>An array of any number of items; each takes a byte at least, so what is left bounds it. 0 after a fault.</summary>
    public int Count()
    {
        if (_reader.TryReadArrayHeader(int.MaxValue, out int count) && !Failed) return count;
        Failed = true;
        return 0;
    }

    /// <summary>A map of exactly so many pairs.</summary>
    public void Map(int count)
    {
        if (!_reader.TryReadMapHeader(count, out int found) || found != count) Failed = true;
    }

    /// <summary>A map's next key.</summary>
    public void Key(int key)
    {
        if (!_reader.TryReadUInt(out ulong found) || found != (ulong)key) Failed = true;
    }

    public ulong UInt(ulong max = ulong.MaxValue)
    {
        if (_reader.TryReadUInt(out ulong found) && found <= max) return found;
        Failed = true;
        return 0;
    }

    public long Long() => (long)UInt(long.MaxValue);

    public int Int(int max = int.MaxValue) => (int)UInt((ulong)max);

    public bool Bool()
    {
        if (_reader.TryReadBool(out bool found)) return found;
        Failed = true;
        return false;
    }

    public Bytes32 Bytes32()
    {
        if (_reader.TryReadBytes(Primitives.Bytes32.Size, out ReadOnlySpan<byte> bytes) && Primitives.Bytes32.TryRead(bytes, out Bytes32 found)) return found;
        Failed = true;
        return default;
    }

    /// <summary>32 bytes, or none.</summary>
    public Bytes32? OptionalBytes32()
    {
        if (_reader.TryReadBytes(Primitives.Bytes32.Size, out ReadOnlySpan<byte> bytes))
        {
            if (bytes.IsEmpty) return null;
            if (Primitives.Bytes32.TryRead(bytes, out Bytes32 found)) return found;
        }
        Failed = true;
        return null;
    }

    /// <summary>Exactly so many bytes, copied.</summary>
    public byte[] Bytes(int size)
    {
        if (_reader.TryReadBytes(size, out ReadOnlySpan<byte> bytes) && bytes.Length == size) return bytes.ToArray();
        Failed = true;
        return new byte[size];
    }

    /// <summary>At most so many bytes; points into the value.</summary>
    public ReadOnlySpan<byte> BytesUpTo(int sizeMax)
    {
        if (_reader.TryReadBytes(sizeMax, out ReadOnlySpan<byte> bytes)) return bytes;
        Failed = true;
        return default;
    }

    public string Text()
    {
        if (_reader.TryReadText(ProtocolLimits.TextSizeMax, out string found)) return found;
        Failed = true;
        return "";
    }

    /// <summary>A whole nested map, for the reader of an entry's body.</summary>
    public ReadOnlySpan<byte> Item()
    {
        if (_reader.TryReadItem(CanonicalCbor.DepthMax, out ReadOnlySpan<byte> item)) return item;
        Failed = true;
        return [0xA0];
    }

    /// <summary>A nested map that has a reader of its own.</summary>
    public T Map<T>(MapReader<T> readMap)
    {
        T value = readMap(Item(), out FieldError error);
        if (error != FieldError.None) Failed = true;
        return value;
    }

    /// <summary>An array of at most so many items that have a reader of their own.</summary>
    public ImmutableArray<T> List<T>(int countMax, ItemReader<T> readItem)
    {
        int count = Count();
        if (count > countMax) Failed = true;
        var items = ImmutableArray.CreateBuilder<T>();
        for (; count > 0 && !Failed; count--)
        {
            if (readItem(Item(), out T item)) items.Add(item);
            else Failed = true;
        }
        return items.ToImmutable();
    }

    public T Enum<T>(int max)
        where T : struct, Enum
    {
        int number = Int(max);
        if (System.Enum.IsDefined(typeof(T), number)) return (T)System.Enum.ToObject(typeof(T), number);
        Failed = true;
        return default;
    }
}
