using System.Formats.Cbor;
using CsCheck;

namespace Errand.Primitives.Tests;

/// <summary>A random item of the profile, and how each of two encoders writes it.</summary>
internal abstract record CborItem
{
    internal sealed record Unsigned(ulong Value) : CborItem;

    internal sealed record Bytes(byte[] Value) : CborItem;

    internal sealed record Text(string Value) : CborItem;

    internal sealed record Boolean(bool Value) : CborItem;

    internal sealed record Array(CborItem[] Items) : CborItem;

    internal sealed record Map(SortedDictionary<int, CborItem> Fields) : CborItem;

    private static readonly Gen<ulong> Numbers = Gen.Select(Gen.ULong, Gen.Int[0, 63], (number, shift) => number >> shift);

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Char[' ', '~'].Array[0, 30].Select(characters => new string(characters)),
        Gen.Int[0, 3].Select(i => ((string[])["ä", "€", "𝄞", "\0"])[i]).Array[0, 30].Select(string.Concat));

    private static readonly Gen<CborItem> Leaf = Gen.OneOf(
        Numbers.Select(value => (CborItem)new Unsigned(value)),
        Gen.Byte.Array[0, 300].Select(value => (CborItem)new Bytes(value)),
        Texts.Select(value => (CborItem)new Text(value)),
        Gen.Bool.Select(value => (CborItem)new Boolean(value)));

    /// <summary>Items that nest to all depths the profile allows.</summary>
    internal static Gen<CborItem> Any { get; } = Nested(CanonicalCbor.DepthMax);

    private static Gen<CborItem> Nested(int depth) => depth == 0
        ? Leaf
        : Gen.Frequency(
            (2, Leaf),
            (2, Nested(depth - 1).Array[0, 3].Select(items => (CborItem)new Array(items))),
            (3, Gen.Select(Gen.Int[0, 23], Nested(depth - 1)).Array[0, 4].Select(fields => (CborItem)new Map(Sort(fields)))));

    private static SortedDictionary<int, CborItem> Sort((int Key, CborItem Item)[] fields)
    {
        var sorted = new SortedDictionary<int, CborItem>();
        foreach ((int key, CborItem item) in fields) sorted[key] = item;
        return sorted;
    }

    internal void WriteTo(CanonicalWriter writer)
    {
        switch (this)
        {
            case Unsigned unsigned:
                writer.UInt(unsigned.Value);
                break;
            case Bytes bytes:
                writer.Bytes(bytes.Value);
                break;
            case Text text:
                writer.Text(text.Value);
                break;
            case Boolean boolean:
                writer.Bool(boolean.Value);
                break;
            case Array array:
                writer.Array(array.Items.Length);
                foreach (CborItem item in array.Items) item.WriteTo(writer);
                break;
            case Map map:
                writer.Map(map.Fields.Count);
                foreach ((int key, CborItem item) in map.Fields) item.WriteTo(writer.Key(key));
                break;
            default:
                throw new InvalidOperationException();
        }
    }

    internal void WriteTo(CborWriter writer)
    {
        switch (this)
        {
            case Unsigned unsigned:
                writer.WriteUInt64(unsigned.Value);
                break;
            case Bytes bytes:
                writer.WriteByteString(bytes.Value);
                break;
            case Text text:
                writer.WriteTextString(text.Value);
                break;
            case Boolean boolean:
                writer.WriteBoolean(boolean.Value);
                break;
            case Array array:
                writer.WriteStartArray(array.Items.Length);
                foreach (CborItem item in array.Items) item.WriteTo(writer);
                writer.WriteEndArray();
                break;
            case Map map:
                writer.WriteStartMap(map.Fields.Count);
                foreach ((int key, CborItem item) in map.Fields.Reverse())
                {
                    // In falling order: the second implementation sorts for itself.
                    writer.WriteInt32(key);
                    item.WriteTo(writer);
                }
                writer.WriteEndMap();
                break;
            default:
                throw new InvalidOperationException();
        }
    }
}
