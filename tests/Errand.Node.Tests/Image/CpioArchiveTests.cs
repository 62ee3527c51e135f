using System.Text;

namespace Errand.Node.Tests;

public sealed class CpioArchiveTests
{
    [Fact]
    public void Entries_are_sorted_numbered_aligned_and_without_time_or_owner()
    {
        var archive = new CpioArchive();
        archive.AddFile("b", "xyz"u8.ToArray());
        archive.AddFile("a/init", "1"u8.ToArray());
        string text = Encoding.ASCII.GetString(Written(archive));
        // Header 110 bytes and name with NUL, to a multiple of 4; content likewise; the whole to a block.
        const string Zero = "00000000";
        string folder = $"070701{"00000001"}{"000041ED"}{Zero}{Zero}{"00000002"}{Zero}{Zero}{Zero}{Zero}{Zero}{Zero}{"00000002"}{Zero}a\0";
        string init = $"070701{"00000002"}{"000081ED"}{Zero}{Zero}{"00000001"}{Zero}{"00000001"}{Zero}{Zero}{Zero}{Zero}{"00000007"}{Zero}a/init\0\0\0\0" + "1\0\0\0";
        string file = $"070701{"00000003"}{"000081ED"}{Zero}{Zero}{"00000001"}{Zero}{"00000003"}{Zero}{Zero}{Zero}{Zero}{"00000002"}{Zero}b\0" + "xyz\0";
        string end = $"070701{Zero}{Zero}{Zero}{Zero}{Zero}{Zero}{Zero}{Zero}{Zero}{Zero}{Zero}{"0000000B"}{Zero}TRAILER!!!\0";
        Assert.StartsWith(folder + init + file + end, text, StringComparison.Ordinal);
        Assert.Equal(0, text.Length % 512);
    }

    [Fact]
    public void Order_of_adding_makes_no_difference()
    {
        CpioArchive first = new(), second = new();
        first.AddFile("lib/x", new byte[5]);
        first.AddFile("lib64/y", new byte[6]);
        first.AddFolder("dev");
        second.AddFolder("dev");
        second.AddFolder("lib64");
        second.AddFile("lib64/y", new byte[6]);
        second.AddFile("lib/x", new byte[5]);
        Assert.Equal(Written(first), Written(second));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/init")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/./b")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("\u00E9")]
    public void Path_of_other_than_plain_names_is_refused(string path)
    {
        var archive = new CpioArchive();
        Assert.Throws<ArgumentException>(() => archive.AddFile(path, default));
        Assert.Throws<ArgumentException>(() => archive.AddFolder(path));
    }

    [Fact]
    public void Path_is_a_file_or_a_folder_and_there_once()
    {
        var archive = new CpioArchive();
        archive.AddFile("a", default);
        archive.AddFolder("b");
        Assert.Throws<ArgumentException>(() => archive.AddFile("a", default));
        Assert.Throws<ArgumentException>(() => archive.AddFolder("a"));
        Assert.Throws<ArgumentException>(() => archive.AddFile("a/b", default));
        Assert.Throws<ArgumentException>(() => archive.AddFile("b", default));
    }

    private static byte[] Written(CpioArchive archive)
    {
        using var output = new MemoryStream();
        archive.Write(output);
        return output.ToArray();
    }
}
