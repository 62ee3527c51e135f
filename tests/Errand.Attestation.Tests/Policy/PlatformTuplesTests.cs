using Errand.Primitives;

namespace Errand.Attestation.Tests;

public sealed class PlatformTuplesTests
{
    private static readonly PlatformReference Reference = new()
    {
        Name = "a machine",
        Pcrs = new Dictionary<int, ReadOnlyMemory<byte>> { [7] = Enumerable.Repeat((byte)7, 32).ToArray(), [0] = new byte[32] },
    };

    [Fact]
    public void A_listed_machine_state_comes_back_as_it_was()
    {
        Assert.True(PlatformTuples.TryDecodeReference(PlatformTuples.Encode(Reference), out PlatformReference? read));
        Assert.Equal(Reference.Name, read.Name);
        Assert.Equal([0, 7], read.Pcrs.Keys.Order());
        Assert.Equal(Reference.Pcrs[7].ToArray(), read.Pcrs[7].ToArray());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("model", null)]
    [InlineData(null, 5ul)]
    [InlineData("model", ulong.MaxValue)]
    public void A_denied_TPM_comes_back_as_it_was(string? model, ulong? version)
    {
        var denied = new DeniedTpm(TpmVendor.Of("IFX"), model, version);
        Assert.True(PlatformTuples.TryDecodeDenied(PlatformTuples.Encode(denied), out DeniedTpm? read));
        Assert.Equal(denied, read);
    }

    [Fact]
    public void A_machine_state_of_another_form_is_refused()
    {
        byte[][] wrong =
        [
            [],
            [0xA0],
            [.. PlatformTuples.Encode(Reference), 0],
            new CanonicalWriter().Map(2).Key(0).Text("none").Key(1).Array(0).ToArray(),
            Pcrs((1, 32), (1, 32)),
            Pcrs((2, 32), (1, 32)),
            Pcrs((24, 32)),
            Pcrs((1, 31)),
            Pcrs((1, 33)),
            new CanonicalWriter().Map(2).Key(0).Text(new string('x', 129)).Key(1).Array(1).Array(2).UInt(0).Bytes(new byte[32]).ToArray(),
            new CanonicalWriter().Map(2).Key(0).Text("x").Key(1).Array(1).Array(3).UInt(0).Bytes(new byte[32]).UInt(0).ToArray(),
        ];
        Assert.All(wrong, encoded => Assert.False(PlatformTuples.TryDecodeReference(encoded, out _)));
        Assert.True(PlatformTuples.TryDecodeReference(Pcrs((1, 32), (2, 32)), out _));
    }

    [Fact]
    public void A_denied_TPM_of_another_form_is_refused()
    {
        byte[][] wrong =
        [
            [],
            [0xA0],
            new CanonicalWriter().Map(1).Key(0).UInt(1ul << 32).ToArray(),
            new CanonicalWriter().Map(2).Key(0).UInt(1).Key(3).UInt(1).ToArray(),
            new CanonicalWriter().Map(2).Key(0).UInt(1).Key(1).UInt(1).ToArray(),
            new CanonicalWriter().Map(2).Key(0).UInt(1).Key(1).Text(new string('x', 257)).ToArray(),
        ];
        Assert.All(wrong, encoded => Assert.False(PlatformTuples.TryDecodeDenied(encoded, out _)));
    }

    private static byte[] Pcrs(params (int Index, int Size)[] pcrs)
    {
        CanonicalWriter writer = new CanonicalWriter().Map(2).Key(0).Text("x").Key(1).Array(pcrs.Length);
        foreach ((int index, int size) in pcrs) writer.Array(2).UInt((ulong)index).Bytes(new byte[size]);
        return writer.ToArray();
    }
}
