using System.Formats.Asn1;

namespace Errand.Attestation.Tests;

/// <summary>What is read from Intel's extension, and what is not.</summary>
public sealed class PckCertificateTests
{
    [Fact]
    public void Everything_is_read()
    {
        var options = new PckOptions { Components = [.. Enumerable.Range(0xF0, 16).Select(i => (byte)i)], PceSvn = 0xFFFF, PceId = [1, 2] };
        PckCertificate pck = Read(options)!;
        Assert.Equal(options.Ppid, pck.Ppid.ToArray());
        Assert.Equal(options.Components, pck.Components.ToArray());
        Assert.Equal(options.Components, pck.CpuSvn.ToArray());
        Assert.Equal(options.PceSvn, pck.PceSvn);
        Assert.Equal(options.PceId, pck.PceId.ToArray());
        Assert.Equal(options.Fmspc, pck.Fmspc.ToArray());
        Assert.Equal(SgxType.Scalable, pck.SgxType);
        Assert.Equal(options.Instance, pck.PlatformInstanceId!.Value.ToArray());
        Assert.Equal((true, false, true), (pck.IsDynamicPlatform, pck.HasCachedKeys, pck.IsSmtEnabled));
    }

    [Fact]
    public void Certificate_of_the_processor_ca_has_no_instance()
    {
        PckCertificate pck = Read(new PckOptions { Instance = null })!;
        Assert.Null(pck.PlatformInstanceId);
        Assert.Null(pck.IsDynamicPlatform);
    }

    [Fact]
    public void Value_of_another_size_or_out_of_range_is_refused()
    {
        var good = new PckOptions();
        Assert.NotNull(Read(good));
        Assert.Null(Read(good with { Ppid = new byte[15] }));
        Assert.Null(Read(good with { PceId = new byte[3] }));
        Assert.Null(Read(good with { Fmspc = new byte[5] }));
        Assert.Null(Read(good with { Instance = new byte[17] }));
        Assert.Null(Read(good with { PceSvn = 0x1_0000 }));
        Assert.Null(Read(good with { PceSvn = -1 }));
        Assert.Null(Read(good with { SgxType = (SgxType)3 }));
        Assert.Null(Read(good with { Components = new byte[15] }));
    }

    [Theory]
    [InlineData("1")] // again
    [InlineData("6")]
    [InlineData("8")] // unknown
    [InlineData("0")]
    [InlineData("1.1")]
    public void Part_that_is_doubled_or_unknown_is_refused(string arc) =>
        Assert.Null(Read(new PckOptions { Extension = PckExtension.Encode(new PckOptions(), writer => PckExtension.Item(writer, arc, () => writer.WriteOctetString(new byte[16]))) }));

    [Fact]
    public void Part_of_another_vendor_or_with_more_in_it_is_refused()
    {
        Assert.Null(Read(new PckOptions { Extension = PckExtension.Encode(new PckOptions(), writer =>
        {
            using (writer.PushSequence()) writer.WriteObjectIdentifier("1.2.840.113741.1.13.2.1");
        }) }));
        byte[] good = PckExtension.Encode(new PckOptions());
        Assert.Null(Read(new PckOptions { Extension = [.. good, 5, 0] }));
        Assert.Null(Read(new PckOptions { Extension = good[..^1] }));
        Assert.Null(Read(new PckOptions { Extension = PckExtension.Encode(new PckOptions(), writer => writer.WriteNull()) }));
    }

    [Fact]
    public void Instance_without_configuration_is_refused()
    {
        byte[] processor = PckExtension.Encode(new PckOptions { Instance = null }, writer => PckExtension.Item(writer, "6", () => writer.WriteOctetString(new byte[16])));
        Assert.Null(Read(new PckOptions { Extension = processor }));
    }

    [Fact]
    public void Other_certificates_are_none()
    {
        Assert.Null(PckCertificate.TryRead(Certificate.TryParse(IntelVendor.Shared.Root)!));
        Assert.Null(Read(new PckOptions { Extension = [] }));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(new byte[16]);
        Assert.Null(Read(new PckOptions { Extension = writer.Encode() }));
    }

    private static PckCertificate? Read(PckOptions options) => PckCertificate.TryRead(Certificate.TryParse(IntelVendor.Shared.Pck(options))!);
}
