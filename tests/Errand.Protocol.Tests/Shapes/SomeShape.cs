using CsCheck;

namespace Errand.Protocol.Tests;

/// <summary>Shapes for tests.</summary>
internal static class SomeShape
{
    private static readonly Gen<string> Name = Gen.String[Gen.Char["abcxyzäß 09_-"], 1, 12];

    private static readonly Gen<CsvColumn> Column = Gen.OneOf(
        Gen.Select(Name, Gen.Int[1, 18], (name, digits) => (CsvColumn)new CsvInteger(name, digits)),
        Gen.Select(Name, Gen.Int[2, 18], (name, digits) => (CsvColumn)new CsvDecimal(name, digits, digits - 1)),
        Gen.Select(Name, Name.Array[1, 5], (name, values) => (CsvColumn)new CsvChoice(name, [.. values.Distinct().Order(StringComparer.Ordinal)])),
        Gen.Select(Name, Gen.Int[0, 4096], (name, length) => (CsvColumn)new CsvText(name, length, "-09AZ")));

    private static readonly Gen<FileShape> Table = Gen.Select(Gen.String[Gen.Char["abc"], 1, 5], Column.Array[0, 6], Gen.Int[0, 1_000_000], Gen.Long[1, ShapeLimits.NumberMax], (file, columns, rows, least) =>
        (FileShape)new CsvShape(file, [new CsvInteger("the count", 9), .. columns.DistinctBy(column => column.Name)], rows, 0, least));

    private static readonly Gen<FileShape> Json = Gen.Select(Gen.String[Gen.Char["abc"], 1, 5], Type(4), (file, type) => (FileShape)new JsonShape(file, type));

    public static Gen<OutputShape> Any { get; } = Gen.Select(Gen.OneOf(Table, Json).Array[1, 4], Gen.Byte.Array[0, 64],
        (files, key) => OutputShape.TryCreate(files.DistinctBy(file => file.Name), key)!);

    /// <summary>A small one.</summary>
    public static OutputShape Counts(long least = 10, byte[]? noteKey = null) => OutputShape.TryCreate([new CsvShape("counts.csv", [new CsvInteger("n", 6)], 10, 0, least)], noteKey)!;

    private static Gen<JsonType> Type(int depth)
    {
        Gen<JsonType> leaf = Gen.OneOf(
            Gen.Int[0, 4096].Select(length => (JsonType)new JsonType.Text(length)),
            Name.Array[1, 4].Select(values => (JsonType)new JsonType.Choice([.. values.Distinct().Order(StringComparer.Ordinal)])),
            Gen.Select(Gen.Long[-ShapeLimits.NumberMax, 0], Gen.Long[0, ShapeLimits.NumberMax], (least, most) => (JsonType)new JsonType.Whole(least, most)),
            Gen.Select(Gen.Long[-ShapeLimits.NumberMax, 0], Gen.Long[0, ShapeLimits.NumberMax], (least, most) => (JsonType)new JsonType.Number(least, most)),
            Gen.Const((JsonType)new JsonType.Truth()));
        if (depth == 0) return leaf;
        Gen<JsonType> inner = Type(depth - 1);
        return Gen.OneOf(
            leaf,
            Gen.Select(Gen.Int[0, 1_000_000], inner, (items, type) => (JsonType)new JsonType.List(items, type)),
            Gen.Select(Name, Gen.Bool, inner).Array[0, 3].Select(members => (JsonType)new JsonType.Map([.. members.DistinctBy(member => member.Item1).Select(member => new JsonType.Member(member.Item1, member.Item2, member.Item3))])));
    }
}
