using Errand.Primitives;

namespace Errand.Attestation.Tests;

public sealed class TrustedRootsTests
{
    private static readonly Bytes32 Key = new(Enumerable.Repeat((byte)7, 32).ToArray());

    [Fact]
    public void Vendors_are_not_development_and_none_is_empty()
    {
        Assert.False(TrustedRoots.Vendors.IncludesDevelopment);
        Assert.Empty(TrustedRoots.None.All);
        Assert.Equal(3, TrustedRoots.Vendors.All.Count(root => root.Class is RootClass.SnpMilan or RootClass.SnpGenoa or RootClass.SnpTurin));
    }

    [Fact]
    public void Development_root_shows_and_leaves_the_original_as_it_was()
    {
        TrustedRoots with = TrustedRoots.Vendors.DangerousPinDevelopmentRoot(RootClass.SnpGenoa, "mine", Key);
        Assert.True(with.IncludesDevelopment);
        Assert.True(with.TryFind(Key, out TrustedRoot? root));
        Assert.True(root.IsDevelopment);
        Assert.False(TrustedRoots.Vendors.TryFind(Key, out _));
    }

    [Fact]
    public void Key_is_pinned_once()
    {
        TrustedRoots with = TrustedRoots.None.Pin(RootClass.TpmHardware, "mine", Key);
        Assert.Throws<ArgumentException>(() => with.Pin(RootClass.TpmCloud, "again", Key));
        Assert.Throws<ArgumentException>(() => with.DangerousPinDevelopmentRoot(RootClass.TpmHardware, "again", Key));
    }

    [Theory]
    [InlineData("milan-v2-vcek", RootClass.SnpMilan)]
    [InlineData("genoa-v5-vcek", RootClass.SnpGenoa)]
    [InlineData("turin-v5-vcek", RootClass.SnpTurin)]
    public void Amd_pins_are_the_keys_of_the_published_roots(string name, RootClass expected)
    {
        Certificate root = Certificate.TryParse(Corpus.Snp(name).Certificates[2])!;
        Assert.True(TrustedRoots.Vendors.TryFind(root.SpkiDigest, out TrustedRoot? pinned));
        Assert.Equal(expected, pinned.Class);
    }
}
