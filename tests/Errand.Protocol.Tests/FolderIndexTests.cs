using CsCheck;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

public sealed class FolderIndexTests
{
    private static readonly string[] Odd = ["x", "X", "é", "漢", "\uFFFD", "😀", "a\u0301", "..."];

    private static readonly Gen<string> Name = Gen.OneOf(Gen.String[Gen.Char["abc.-"], 1, 4], Gen.Int[0, Odd.Length - 1].Select(i => Odd[i]));

    private static readonly Gen<(string Path, long? Size)[]> Files = Gen.Select(Name.Array[1, 4], Gen.Long[0, 5000], Gen.Int[0, 9])
        .Select((names, size, kind) => (Path: string.Join('/', names), Size: kind == 0 ? (long?)null : size)).Array[1, 20];

    [Fact]
    public void Index_of_any_tree_comes_back_the_same_and_what_is_no_tree_is_none() => Files.Sample(files =>
    {
        FolderIndex? index = FolderIndex.TryMake(files);
        Assert.Equal(IsTree(files), index is not null);
        if (index is null) return;
        byte[] encoded = index.Encode();
        Assert.True(FolderIndex.TryDecode(encoded, index.ContentBytes, out FolderIndex? read));
        Assert.Equal(index.Entries, read.Entries);
        Assert.Equal(files.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => (file.Path, file.Size)), read.Entries.OrderBy(entry => entry.Path, StringComparer.Ordinal).Select(entry => (entry.Path, entry.SizeBytes)));
        Assert.Equal(files.Sum(file => file.Size ?? 0), read.ContentBytes);
        long offset = 0;
        foreach (FolderEntry entry in read.Entries)
        {
            Assert.Equal(offset, entry.Offset);
            offset += entry.SizeBytes ?? 0;
        }
        // The same files in another order, another total, a byte more or less.
        Assert.Equal(encoded, FolderIndex.TryMake(files.Reverse())!.Encode());
        Assert.False(FolderIndex.TryDecode(encoded, index.ContentBytes + 1, out _));
        Assert.False(FolderIndex.TryDecode(encoded.AsSpan(0, encoded.Length - 1), index.ContentBytes, out _));
        Assert.False(FolderIndex.TryDecode([.. encoded, 0], index.ContentBytes, out _));
    });

    [Fact]
    public void Changed_byte_gives_another_index_or_none() => Gen.Select(Files, Gen.Int[0, 10_000], Gen.Byte[1, 255]).Sample((files, at, change) =>
    {
        if (FolderIndex.TryMake(files) is not { } index) return;
        byte[] encoded = index.Encode();
        encoded[at % encoded.Length] ^= change;
        if (FolderIndex.TryDecode(encoded, index.ContentBytes, out FolderIndex? read)) Assert.Equal(encoded, read.Encode());
    });

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("/")]
    [InlineData("a\0")]
    [InlineData("a\n")]
    [InlineData("\u007F")]
    [InlineData("\u0085")]
    public void What_is_no_name_names_nothing(string name)
    {
        Assert.False(FolderIndex.IsName(name));
        if (name.Contains('/', StringComparison.Ordinal)) return;
        Assert.False(FolderIndex.TryDecode(Of([name], 1), 1, out _));
        Assert.False(FolderIndex.TryDecode(Of(["a", name], 1), 1, out _));
    }

    [Fact]
    public void Half_a_surrogate_pair_names_nothing()
    {
        foreach (string name in (string[])[((char)0xD800).ToString(), $"a{(char)0xDC00}b", $"{(char)0xDC00}{(char)0xD800}"]) Assert.False(FolderIndex.IsName(name));
    }

    [Fact]
    public void Name_is_bounded_in_bytes_and_not_in_letters()
    {
        Assert.True(FolderIndex.IsName(new string('a', 255)));
        Assert.False(FolderIndex.IsName(new string('a', 256)));
        Assert.True(FolderIndex.IsName(new string('é', 127)));
        Assert.False(FolderIndex.IsName(new string('é', 128)));
    }

    [Fact]
    public void Each_other_form_is_refused()
    {
        byte[] good = Two((["a"], 1), (["b"], 2));
        Assert.True(FolderIndex.TryDecode(good, 3, out _));
        Assert.False(FolderIndex.TryDecode(new CanonicalWriter().Array(0).ToArray(), 0, out _));
        Assert.False(FolderIndex.TryDecode(Two((["b"], 1), (["a"], 2)), 3, out _));
        Assert.False(FolderIndex.TryDecode(Two((["a"], 1), (["a"], 2)), 3, out _));
        // A file where a folder must be, and an empty folder that is not empty.
        Assert.False(FolderIndex.TryDecode(Two((["a"], 1), (["a", "b"], 2)), 3, out _));
        Assert.False(FolderIndex.TryDecode(Two((["a"], null), (["a", "b"], 2)), 2, out _));
        Assert.True(FolderIndex.TryDecode(Two((["a"], 1), (["a.b"], 2)), 3, out _));
        // "a/z" comes before "a.b", although a slash sorts behind a dot.
        Assert.True(FolderIndex.TryDecode(Two((["a", "z"], 1), (["a.b"], 2)), 3, out _));
        Assert.False(FolderIndex.TryDecode(Two((["a.b"], 1), (["a", "z"], 2)), 3, out _));
        Assert.False(FolderIndex.TryDecode(Of([.. Enumerable.Repeat("a", 9)], 1), 1, out _));
        Assert.True(FolderIndex.TryDecode(Of([.. Enumerable.Repeat("a", 8)], 1), 1, out _));
        Assert.False(FolderIndex.TryDecode(new CanonicalWriter().Array(1).Array(2).Array(0).UInt(1).ToArray(), 1, out _));
        Assert.False(FolderIndex.TryDecode(new CanonicalWriter().Array(1).Array(0).ToArray(), 0, out _));
        Assert.False(FolderIndex.TryDecode(new CanonicalWriter().Array(1).Array(3).Array(1).Text("a").UInt(1).UInt(1).ToArray(), 1, out _));
        Assert.False(FolderIndex.TryDecode(Two((["a"], SealedFormat.PlaintextLengthMax), (["b"], 1)), SealedFormat.PlaintextLengthMax + 1, out _));
        Assert.False(FolderIndex.TryDecode([0x81, 0x82, 0x81, 0x61, 0x61, 0x18, 0x01], 1, out _)); // 1 in two bytes
        Assert.False(FolderIndex.TryDecode(new byte[FolderIndex.SizeMax + 1], 0, out _));
        Assert.False(FolderIndex.TryDecode([], 0, out _));
    }

    [Fact]
    public void Most_entries_are_taken_and_one_more_is_not()
    {
        (string, long?)[] most = [.. Enumerable.Range(0, FolderIndex.CountMax).Select(i => ($"{i:x}", (long?)1))];
        FolderIndex index = FolderIndex.TryMake(most)!;
        Assert.True(FolderIndex.TryDecode(index.Encode(), FolderIndex.CountMax, out _));
        Assert.Null(FolderIndex.TryMake([.. most, ("more", 1)]));
        FolderIndex wide = FolderIndex.TryMake(Enumerable.Range(0, 9000).Select(i => ($"{i:d5}{new string('x', 250)}", (long?)0)))!;
        Assert.Throws<InvalidOperationException>(wide.Encode);
    }

    private static byte[] Of(string[] names, long? size)
    {
        CanonicalWriter writer = new CanonicalWriter().Array(1);
        Write(writer, names, size);
        return writer.ToArray();
    }

    private static byte[] Two(params (string[] Names, long? Size)[] entries)
    {
        CanonicalWriter writer = new CanonicalWriter().Array(entries.Length);
        foreach ((string[] names, long? size) in entries) Write(writer, names, size);
        return writer.ToArray();
    }

    private static void Write(CanonicalWriter writer, string[] names, long? size)
    {
        writer.Array(size is null ? 1 : 2).Array(names.Length);
        foreach (string name in names) writer.Text(name);
        if (size is { } bytes) writer.UInt((ulong)bytes);
    }

    // The rules in other words: names are names, no path twice, none within a file or an empty folder.
    private static bool IsTree((string Path, long? Size)[] files)
    {
        string[] paths = [.. files.Select(file => file.Path)];
        return paths.Distinct(StringComparer.Ordinal).Count() == paths.Length
            && paths.All(path => path.Split('/').All(name => name is not ("." or "..")))
            && !paths.Any(path => paths.Any(other => other.StartsWith(path + "/", StringComparison.Ordinal)));
    }
}
