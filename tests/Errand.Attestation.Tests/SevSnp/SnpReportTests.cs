namespace Errand.Attestation.Tests;

public sealed class SnpReportTests
{
    /// <summary>Bytes that must be zero in every version (AMD 56860, ATTESTATION_REPORT): key info above bit 4, and what is not drawn at <see cref="SnpReport"/>.</summary>
    private static readonly Range[] AlwaysZero = [0x49..0x50, 0x18B..0x1A0, 0x1EB..0x1EC, 0x1EF..0x1F0, 0x208..0x2A0, 0x2D0..0x2E8, 0x318..0x4A0];

    [Theory]
    [InlineData("milan-v2-vcek", 2)]
    [InlineData("milan-v3-vcek", 3)]
    [InlineData("genoa-v5-vcek", 5)]
    [InlineData("turin-v5-vcek", 5)]
    public void Each_reserved_byte_must_be_zero(string name, int version)
    {
        byte[] good = Corpus.File("sev-snp", name, "report.bin");
        Assert.Equal(version, SnpReport.TryParse(good)!.Version);
        IEnumerable<Range> reserved = AlwaysZero;
        if (version < 3) reserved = reserved.Append(0x188..0x18B);
        if (version < 5) reserved = reserved.Append(0x1F8..0x208);
        foreach (int offset in reserved.SelectMany(range => Enumerable.Range(range.Start.Value, range.End.Value - range.Start.Value)))
        {
            byte[] bad = [.. good];
            bad[offset] |= 0x80;
            Assert.True(SnpReport.TryParse(bad) is null, $"offset {offset:x}");
        }
    }

    [Theory]
    [InlineData(0x00, 1)] // version
    [InlineData(0x00, 6)]
    [InlineData(0x03, 1)]
    [InlineData(0x0A, 0)] // policy bit 17 clear
    [InlineData(0x0B, 4)] // policy bit 26
    [InlineData(0x0F, 0x80)] // policy bit 63
    [InlineData(0x30, 4)] // VMPL
    [InlineData(0x33, 0xFF)]
    [InlineData(0x34, 0)] // signature algorithm
    [InlineData(0x34, 2)]
    [InlineData(0x48, 0x08)] // signing key 2
    [InlineData(0x48, 0x1C)] // signing key 7: none
    public void Value_outside_its_range_is_refused(int offset, int value)
    {
        byte[] report = Corpus.File("sev-snp", "genoa-v5-vcek", "report.bin");
        Assert.NotNull(SnpReport.TryParse(report));
        report[offset] = (byte)value;
        Assert.Null(SnpReport.TryParse(report));
    }

    [Fact]
    public void Other_length_is_refused()
    {
        byte[] report = Corpus.File("sev-snp", "genoa-v5-vcek", "report.bin");
        Assert.Null(SnpReport.TryParse(report.AsSpan(0, report.Length - 1)));
        Assert.Null(SnpReport.TryParse([.. report, 0]));
        Assert.Null(SnpReport.TryParse([]));
    }

    [Theory]
    [InlineData(SnpProductLine.Milan, "0a01000000001b1c", 0, 10, 1, 27, 28)]
    [InlineData(SnpProductLine.Turin, "020a011b0000001c", 2, 10, 1, 27, 28)]
    public void Tcb_layout_is_that_of_the_product_line(SnpProductLine line, string hex, byte fmc, byte bootLoader, byte tee, byte snp, byte microcode)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.True(SnpTcb.TryRead(line, bytes, out SnpTcb tcb));
        Assert.Equal(new SnpTcb(fmc, bootLoader, tee, snp, microcode), tcb);
        var written = new byte[8];
        tcb.Write(line, written);
        Assert.Equal(bytes, written);
        Assert.False(SnpTcb.TryRead(line == SnpProductLine.Turin ? SnpProductLine.Genoa : SnpProductLine.Turin, bytes, out _));
        Assert.False(SnpTcb.TryRead(line, bytes.AsSpan(1), out _));
    }

    [Fact]
    public void Tcb_is_at_least_a_floor_only_in_every_component()
    {
        var floor = new SnpTcb(1, 2, 3, 4, 5);
        Assert.True(floor.IsAtLeast(floor));
        Assert.False((floor with { Fmc = 0, Microcode = 255 }).IsAtLeast(floor));
        Assert.False((floor with { BootLoader = 1, Microcode = 255 }).IsAtLeast(floor));
        Assert.False((floor with { Tee = 2, Microcode = 255 }).IsAtLeast(floor));
        Assert.False((floor with { Snp = 3, Microcode = 255 }).IsAtLeast(floor));
        Assert.False((floor with { Microcode = 4, Snp = 255 }).IsAtLeast(floor));
    }
}
