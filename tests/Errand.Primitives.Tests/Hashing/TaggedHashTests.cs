using System.Reflection;

namespace Errand.Primitives.Tests;

/// <summary>Known answers were computed apart, from CBOR written by hand and another SHA-512.</summary>
public sealed class TaggedHashTests
{
    private static readonly Bytes32 Sevens = new([.. Enumerable.Repeat((byte)7, 32)]);

    [Fact]
    public void Fields_of_every_type_give_the_known_answer()
    {
        TaggedHash hash = new TaggedHash(Tags.Lottery).Add([1, 2, 3]).Add(500).Add("text").Add(Sevens);
        // SHA-512 of 85 71 "errand/lottery/v1" 43 010203 19 01F4 64 "text" 58 20 07…07.
        Assert.Equal(
            "e291a141d6ad9778b1f4efdd9592bfe3c3bbda72fcf120d125732672660416ebc27324dfd7d4ada9cf27aed77ecc8cd166dc9d93266961fc908d4a8a1726a05e",
            Convert.ToHexStringLower(hash.ToBytes64()));
    }

    [Fact]
    public void A_tag_alone_gives_the_known_answer() => Assert.Equal(
        "6e306b54e19ad7eafd8f6def7ed894a5ea59c18b72122b105fd1532796858e3e73a213d01047ca19c853a723b6e0ffe336ca28c94195e71abe5b7caf23ec5f7c",
        Convert.ToHexStringLower(new TaggedHash(Tags.Beacon).ToBytes64()));

    [Fact]
    public void More_than_23_fields_give_the_known_answer()
    {
        var hash = new TaggedHash(Tags.Beacon);
        for (ulong i = 0; i < 30; i++) hash.Add(i);
        Assert.Equal(
            "47d23141a9e42a5e1dc3db2fd5e27c38e7bd6de2f28a6b7cfd30ebbd275884d83be15d0993696292de6604ef35a2b21454911b5911ef22af8e27217b34b1fa9d",
            Convert.ToHexStringLower(hash.ToBytes64()));
    }

    [Fact]
    public void The_digest_is_the_first_half() =>
        Assert.Equal(new TaggedHash(Tags.Task).ToBytes64()[..32], new TaggedHash(Tags.Task).ToDigest().ToArray());

    [Fact]
    public void Fields_do_not_run_into_one_another()
    {
        Bytes32[] digests =
        [
            new TaggedHash(Tags.Task).Add([1, 2]).Add([3]).ToDigest(),
            new TaggedHash(Tags.Task).Add([1]).Add([2, 3]).ToDigest(),
            new TaggedHash(Tags.Task).Add([1, 2, 3]).ToDigest(),
            new TaggedHash(Tags.Task).Add([1, 2, 3]).Add([]).ToDigest(),
            new TaggedHash(Tags.Task).Add([]).Add([1, 2, 3]).ToDigest(),
            new TaggedHash(Tags.Task).Add("1").ToDigest(),
            new TaggedHash(Tags.Task).Add("1"u8).ToDigest(),
            new TaggedHash(Tags.Task).Add(1).ToDigest(),
        ];
        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    [Fact]
    public void No_two_tags_are_equal_and_all_have_the_projects_prefix()
    {
        string[] tags = [.. typeof(Tags).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];
        Assert.NotEmpty(tags);
        Assert.Equal(tags.Length, tags.Distinct(StringComparer.Ordinal).Count());
        Assert.All(tags, tag => Assert.Matches("^errand/[a-z-]+/v1$", tag));
    }
}
