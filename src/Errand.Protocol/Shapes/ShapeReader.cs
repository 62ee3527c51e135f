using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Reads the form that <see cref="OutputShape"/> draws, and checks all its rules. After a failure everything reads as empty.</summary>
internal ref struct ShapeReader(ReadOnlySpan<byte> encoded)
{
    private CanonicalReader _reader = new(encoded);
    private int _typesLeft = ShapeLimits.TypesMax;

    /// <summary>True once something was not as it must be.</summary>
    public bool Failed { get; private set; }

    public ImmutableArray<FileShape> Read(out byte[] noteKey)
    {
        Array(3, 3);
        Require(UInt(ShapeWriter.Version) == ShapeWriter.Version);
        noteKey = _reader.TryReadBytes(ProtocolLimits.HpkeKeySizeMax, out ReadOnlySpan<byte> key) ? key.ToArray() : Fail<byte[]>([]);
        var files = new FileShape[Array(1, ShapeLimits.FilesMax)];
        for (int i = 0; i < files.Length && !Failed; i++)
        {
            files[i] = File();
            if (i > 0) Require(string.CompareOrdinal(files[i - 1].Name, files[i].Name) < 0);
        }
        Require(_reader.AtEnd);
        return Failed ? [] : [.. files];
    }

    private FileShape File()
    {
        int parts = Array(3, 6);
        string name = Text();
        Require(ResultFile.IsName(name));
        ulong kind = UInt(2);
        if (kind == 1 && parts == 6) return Table(name);
        Require(kind == 2 && parts == 3);
        return new JsonShape(name, Type(1));
    }

    private CsvShape Table(string name)
    {
        int rows = (int)UInt(ShapeLimits.RowsMax);
        int count = (int)UInt(ShapeLimits.MembersMax);
        long least = (long)UInt((ulong)ShapeLimits.NumberMax);
        var columns = new CsvColumn[Array(1, ShapeLimits.MembersMax)];
        for (int i = 0; i < columns.Length && !Failed; i++) columns[i] = Column();
        // A minimum that nobody can miss would only look like one.
        Require(least >= 1 && count < columns.Length && columns[count] is CsvInteger);
        Require(Failed || columns.Select(column => column.Name).Distinct(StringComparer.Ordinal).Count() == columns.Length);
        return new CsvShape(name, Failed ? [] : [.. columns], rows, count, least);
    }

    private CsvColumn Column()
    {
        int parts = Array(3, 4);
        string name = Text();
        Require(name.Length > 0 && IsPlain(name, ",\""));
        ulong kind = UInt(4);
        Require(parts == (kind is 1 or 3 ? 3 : 4));
        switch (kind)
        {
            case 1:
                return new CsvInteger(name, Digits());
            case 2:
                var real = new CsvDecimal(name, Digits(), (int)UInt(ShapeLimits.DigitsMax));
                Require(real.PlacesMax > 0 && real.PlacesMax < real.DigitsMax);
                return real;
            case 3:
                return new CsvChoice(name, Values(",\""));
            case 4:
                var text = new CsvText(name, Length(), Text());
                Require(text.Alphabet.Length > 0 && IsPlain(text.Alphabet, ",\"") && IsRising(text.Alphabet));
                return text;
            default:
                return Fail(new CsvInteger(name, 1));
        }
    }

    private JsonType Type(int depth)
    {
        int parts = Array(1, 3);
        Require(depth <= ShapeLimits.DepthMax && --_typesLeft >= 0);
        if (Failed) return new JsonType.Truth();
        ulong kind = UInt(7);
        Require(parts == (kind is 7 ? 1 : kind is 2 or 5 or 6 ? 3 : 2));
        return kind switch
        {
            1 => new JsonType.Map(Properties(depth)),
            2 => new JsonType.List((int)UInt(ShapeLimits.RowsMax), Type(depth + 1)),
            3 => new JsonType.Text(Length()),
            4 => new JsonType.Choice(Values("\"\\")),
            5 => Whole(),
            6 => Number(),
            7 => new JsonType.Truth(),
            _ => Fail(new JsonType.Truth()),
        };
    }

    private ImmutableArray<JsonType.Member> Properties(int depth)
    {
        var properties = new JsonType.Member[Array(0, ShapeLimits.MembersMax)];
        for (int i = 0; i < properties.Length && !Failed; i++)
        {
            Array(3, 3);
            string name = Text();
            Require(IsPlain(name, "\"\\"));
            properties[i] = new JsonType.Member(name, Bool(), Type(depth + 1));
        }
        Require(Failed || properties.Select(property => property.Name).Distinct(StringComparer.Ordinal).Count() == properties.Length);
        return Failed ? [] : [.. properties];
    }

    private JsonType.Whole Whole()
    {
        long most = Bounds(out long least);
        return new JsonType.Whole(least, most);
    }

    private JsonType.Number Number()
    {
        long most = Bounds(out long least);
        return new JsonType.Number(least, most);
    }

    private long Bounds(out long least)
    {
        least = Signed();
        long most = Signed();
        Require(least <= most);
        return most;
    }

    private ImmutableArray<string> Values(string without)
    {
        var values = new string[Array(1, ShapeLimits.ValuesMax)];
        for (int i = 0; i < values.Length && !Failed; i++)
        {
            values[i] = Text();
            Require(IsPlain(values[i], without) && (i == 0 || string.CompareOrdinal(values[i - 1], values[i]) < 0));
        }
        return Failed ? [] : [.. values];
    }

    private int Digits()
    {
        int digits = (int)UInt(ShapeLimits.DigitsMax);
        Require(digits > 0);
        return digits;
    }

    private int Length() => (int)UInt(ShapeLimits.LengthMax);

    private long Signed()
    {
        ulong value = UInt(ShapeWriter.ZigZag(ShapeLimits.NumberMax));
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private int Array(int min, int max) => !Failed && _reader.TryReadArrayHeader(max, out int count) && count >= min ? count : Fail(0);

    private ulong UInt(ulong max) => !Failed && _reader.TryReadUInt(out ulong value) && value <= max ? value : Fail(0ul);

    private string Text() => !Failed && _reader.TryReadText(ShapeLimits.TextSizeMax, out string value) ? value : Fail("");

    private bool Bool()
    {
        if (!Failed && _reader.TryReadBool(out bool value)) return value;
        return Fail(false);
    }

    private void Require(bool holds) => Failed |= !holds;

    private T Fail<T>(T empty)
    {
        Failed = true;
        return empty;
    }

    private static bool IsPlain(string text, string without) => !text.Any(letter => char.IsControl(letter) || without.Contains(letter, StringComparison.Ordinal));

    private static bool IsRising(string alphabet) => alphabet.All(char.IsAscii) && Enumerable.Range(1, alphabet.Length - 1).All(i => alphabet[i - 1] < alphabet[i]);
}
