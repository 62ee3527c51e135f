using System.Security.Cryptography;

namespace Errand.Attestation.Tests;

public sealed class SnpIdBlockTests
{
    private static readonly SnpIdBlock Block = new()
    {
        Measurement = Filled(48, 1),
        FamilyId = Filled(16, 2),
        ImageId = Filled(16, 3),
        GuestSvn = 0x04030201,
        Policy = 0x30000,
    };

    [Fact]
    public void A_block_has_its_fields_in_order() =>
        Assert.Equal([.. Filled(48, 1), .. Filled(16, 2), .. Filled(16, 3), 1, 0, 0, 0, 1, 2, 3, 4, 0, 0, 3, 0, 0, 0, 0, 0], Block.Encode());

    [Fact]
    public void Fields_of_another_length_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => (Block with { Measurement = new byte[47] }).Encode());
        Assert.Throws<InvalidOperationException>(() => (Block with { FamilyId = new byte[17] }).Encode());
        Assert.Throws<InvalidOperationException>(() => (Block with { ImageId = default }).Encode());
    }

    [Fact]
    public void A_key_is_hashed_in_amds_structure()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        ECParameters parameters = key.ExportParameters(false);
        byte[] structure = [2, 0, 0, 0, .. parameters.Q.X!.Reverse(), .. new byte[24], .. parameters.Q.Y!.Reverse(), .. new byte[24], .. new byte[880]];
        Assert.Equal(1028, structure.Length);
        Assert.Equal(SHA384.HashData(structure), SnpIdBlock.DigestKey(key));
    }

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Throws<ArgumentException>(() => SnpIdBlock.DigestKey(key));
    }

    private static byte[] Filled(int size, byte value) => [.. Enumerable.Repeat(value, size)];
}
