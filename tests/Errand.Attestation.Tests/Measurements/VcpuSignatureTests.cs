namespace Errand.Attestation.Tests;

public sealed class VcpuSignatureTests
{
    // Family, model and stepping as in QEMU's target/i386/cpu.c, builtin_x86_defs.
    [Theory]
    [InlineData("EPYC", 23, 1, 2)]
    [InlineData("EPYC-IBPB", 23, 1, 2)]
    [InlineData("EPYC-v4", 23, 1, 2)]
    [InlineData("EPYC-Rome", 23, 49, 0)]
    [InlineData("EPYC-Rome-v4", 23, 49, 0)]
    [InlineData("EPYC-Milan-v2", 25, 1, 1)]
    [InlineData("EPYC-Genoa", 25, 17, 0)]
    [InlineData("EPYC-Genoa-v2", 25, 17, 0)]
    [InlineData("EPYC-Turin-v1", 26, 0, 0)]
    public void Models_of_qemu_have_their_signature(string name, int family, int model, int stepping) =>
        Assert.Equal(VcpuSignature.Of(family, model, stepping), VcpuSignature.FromName(name));

    [Theory]
    [InlineData(23, 1, 2, 0x0080_0F12u)]
    [InlineData(25, 17, 0, 0x00A1_0F10u)]
    [InlineData(6, 0x8F, 8, 0x0008_06F8u)]
    [InlineData(15, 0, 0, 0x0000_0F00u)]
    [InlineData(270, 255, 15, 0x0FFF_0FFFu)]
    public void A_signature_is_laid_out_as_cpuid_gives_it(int family, int model, int stepping, uint expected) =>
        Assert.Equal(expected, VcpuSignature.Of(family, model, stepping).Value);

    [Theory]
    [InlineData(271, 0, 0)]
    [InlineData(-1, 0, 0)]
    [InlineData(0, 256, 0)]
    [InlineData(0, -1, 0)]
    [InlineData(0, 0, 16)]
    [InlineData(0, 0, -1)]
    public void Numbers_out_of_range_are_refused(int family, int model, int stepping) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => VcpuSignature.Of(family, model, stepping));

    [Fact]
    public void Names_are_exact()
    {
        Assert.Null(VcpuSignature.FromName("epyc-v4"));
        Assert.Null(VcpuSignature.FromName("EPYC-v9"));
        Assert.Contains("EPYC-Milan-v1", VcpuSignature.Names);
        Assert.All(VcpuSignature.Names, name => Assert.NotNull(VcpuSignature.FromName(name)));
    }
}
