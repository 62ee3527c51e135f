namespace Errand.Primitives;

/// <summary>What was wrong with the fields of a map.</summary>
public enum FieldError
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A field that must be there is not.</summary>
    Missing = 1,

    /// <summary>A field that nobody reads.</summary>
    Unknown = 2,

    /// <summary>A field of another type, length or range.</summary>
    Malformed = 3,
}

/// <summary>
/// Reads the fields of one canonical map in rising order of key. The first error sticks and later reads give defaults, so a
/// decoder reads all its fields and then asks <see cref="Close"/> once.
/// </summary>
public ref struct FieldReader
{
    private CanonicalReader _reader;
    private int _pairsLeft;

    /// <summary>Opens a map. The bytes must have passed <see cref="CanonicalCbor.IsCanonical"/>, or come from a field that did.</summary>
    public FieldReader(ReadOnlySpan<byte> map)
    {
        _reader = new CanonicalReader(map);
        if (!_reader.TryReadMapHeader(CanonicalCbor.KeyMax + 1, out _pairsLeft)) Error = FieldError.Malformed;
    }

    /// <summary>The first error met.</summary>
    public FieldError Error { get; private set; }

    /// <summary>True when the next field is <paramref name="key"/>: how optional fields are asked for.</summary>
    public readonly bool Has(int key) =>
        Error == FieldError.None && _pairsLeft > 0 && _reader.TryPeekUInt(out ulong next) && next == (ulong)key;

    /// <summary>Ends reading: fields left over are unknown.</summary>
    public FieldError Close()
    {
        if (Error == FieldError.None && _pairsLeft > 0) Error = FieldError.Unknown;
        return Error;
    }

    /// <summary>An unsigned integer of at most <paramref name="max"/>.</summary>
    public ulong UInt(int key, ulong max = ulong.MaxValue)
    {
        if (!Enter(key)) return 0;
        return _reader.TryReadUInt(out ulong value) && value <= max ? value : Malformed<ulong>();
    }

    /// <summary>An unsigned integer of at most <paramref name="max"/> that fits an int.</summary>
    public int Int(int key, int max = int.MaxValue) => (int)UInt(key, (ulong)max);

    /// <summary>A time or duration in milliseconds, at most 2^53.</summary>
    public long Milliseconds(int key) => (long)UInt(key, 1ul << 53);

    /// <summary>A boolean.</summary>
    public bool Bool(int key)
    {
        if (!Enter(key)) return false;
        return _reader.TryReadBool(out bool value) ? value : Malformed<bool>();
    }

    /// <summary>A byte string of exactly 32 bytes.</summary>
    public Bytes32 Bytes32(int key)
    {
        if (!Enter(key)) return default;
        return _reader.TryReadBytes(Primitives.Bytes32.Size, out ReadOnlySpan<byte> bytes) && Primitives.Bytes32.TryRead(bytes, out Bytes32 value)
            ? value
            : Malformed<Bytes32>();
    }

    /// <summary>A byte string of at least <paramref name="sizeMin"/> and at most <paramref name="sizeMax"/> bytes; points into the input.</summary>
    public ReadOnlySpan<byte> Bytes(int key, int sizeMin, int sizeMax)
    {
        if (!Enter(key)) return default;
        if (_reader.TryReadBytes(sizeMax, out ReadOnlySpan<byte> bytes) && bytes.Length >= sizeMin) return bytes;
        Error = FieldError.Malformed;
        return default;
    }

    /// <summary>A text string of at most <paramref name="sizeMax"/> UTF-8 bytes.</summary>
    public string Text(int key, int sizeMax)
    {
        if (!Enter(key)) return "";
        return _reader.TryReadText(sizeMax, out string value) ? value : Malformed<string>() ?? "";
    }

    /// <summary>A nested map or array as its encoded bytes, to be opened by another reader.</summary>
    public ReadOnlySpan<byte> Item(int key)
    {
        if (!Enter(key)) return default;
        if (_reader.TryReadItem(CanonicalCbor.DepthMax, out ReadOnlySpan<byte> item)) return item;
        Error = FieldError.Malformed;
        return default;
    }

    /// <summary>A nested array, given to <paramref name="readItem"/> item by item as encoded bytes.</summary>
    public T[] Array<T>(int key, int countMax, ItemReader<T> readItem)
    {
        if (!Enter(key)) return [];
        if (!_reader.TryReadArrayHeader(countMax, out int count)) return Malformed<T[]>() ?? [];
        var items = new T[count];
        for (int i = 0; i < count; i++)
        {
            if (!_reader.TryReadItem(CanonicalCbor.DepthMax, out ReadOnlySpan<byte> item) || !readItem(item, out items[i])) return Malformed<T[]>() ?? [];
        }
        return items;
    }

    /// <summary>Records an error found by the caller in a value it read.</summary>
    public void Fail(FieldError error)
    {
        if (Error == FieldError.None) Error = error;
    }

    // Keys rise strictly, so a lower key than the expected one is unknown, and a higher one means that ours is missing.
    private bool Enter(int key)
    {
        if (Error != FieldError.None) return false;
        if (_pairsLeft == 0) Error = FieldError.Missing;
        else if (!_reader.TryReadUInt(out ulong next)) Error = FieldError.Malformed;
        else if (next != (ulong)key) Error = next < (ulong)key ? FieldError.Unknown : FieldError.Missing;
        else _pairsLeft--;
        return Error == FieldError.None;
    }

    private T? Malformed<T>()
    {
        Error = FieldError.Malformed;
        return default;
    }
}

/// <summary>Reads one array item from its encoded bytes.</summary>
public delegate bool ItemReader<T>(ReadOnlySpan<byte> item, out T value);

/// <summary>Item readers for <see cref="FieldReader.Array"/>.</summary>
public static class Items
{
    /// <summary>A byte string of 32 bytes.</summary>
    public static bool Bytes32(ReadOnlySpan<byte> item, out Bytes32 value)
    {
        value = default;
        var reader = new CanonicalReader(item);
        return reader.TryReadBytes(Primitives.Bytes32.Size, out ReadOnlySpan<byte> bytes) && Primitives.Bytes32.TryRead(bytes, out value);
    }

    /// <summary>An unsigned integer.</summary>
    public static bool UInt(ReadOnlySpan<byte> item, out ulong value) => new CanonicalReader(item).TryReadUInt(out value);

    /// <summary>A text string of any length the enclosing payload allows.</summary>
    public static bool Text(ReadOnlySpan<byte> item, out string value) => new CanonicalReader(item).TryReadText(int.MaxValue, out value);

    /// <summary>A byte string of any length the enclosing payload allows, copied.</summary>
    public static bool ByteArray(ReadOnlySpan<byte> item, out byte[] value)
    {
        bool read = new CanonicalReader(item).TryReadBytes(int.MaxValue, out ReadOnlySpan<byte> bytes);
        value = bytes.ToArray();
        return read;
    }
}
