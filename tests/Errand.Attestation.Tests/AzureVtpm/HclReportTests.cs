using System.Security.Cryptography;
using System.Text;

namespace Errand.Attestation.Tests;

/// <summary>The attestation report of Azure's paravisor: one good one, then each field broken in turn.</summary>
public sealed class HclReportTests
{
    private static readonly byte[] Hardware = [.. Enumerable.Range(0, 1184).Select(i => (byte)(i % 251))];

    [Theory]
    [InlineData(HclReportType.SevSnp, 1184)]
    [InlineData(HclReportType.Vbs, 1184)]
    [InlineData(HclReportType.Tdx, 1024)]
    public void Good_report_is_read_as_it_was_made(HclReportType type, int size)
    {
        string claims = HclMaker.Claims();
        HclReport report = HclReport.TryParse(HclMaker.Report(Hardware.AsSpan(0, size), claims, type, version: 1))!;
        Assert.Equal((1, 1236 + claims.Length, 2, 0), (report.Version, report.ReportSize, report.RequestType, report.Status));
        Assert.Equal((20 + claims.Length, 1, type), (report.RuntimeDataSize, report.RuntimeVersion, report.ReportType));
        Assert.Equal(Hardware[..size], report.HardwareReport.ToArray());
        Assert.Equal(claims, Encoding.UTF8.GetString(report.RuntimeClaims.Span));
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(2, 48)]
    [InlineData(3, 64)]
    public void Report_data_is_the_hash_and_zeros(int hashType, int size)
    {
        string claims = HclMaker.Claims();
        byte[] bytes = Encoding.UTF8.GetBytes(claims);
        byte[] hash = hashType switch { 1 => SHA256.HashData(bytes), 2 => SHA384.HashData(bytes), _ => SHA512.HashData(bytes) };
        byte[] expected = HclReport.TryParse(HclMaker.Report(Hardware, claims, hashType: hashType))!.ExpectedReportData();
        Assert.Equal(hash, expected[..size]);
        Assert.Equal(new byte[64 - size], expected[size..]);
    }

    [Theory]
    [InlineData("signature", 0, 0x424C4348u)]
    [InlineData("version 0", 4, 0u)]
    [InlineData("version 3", 4, 3u)]
    [InlineData("report size", 8, 1183u)]
    [InlineData("request type", 12, 1u)]
    [InlineData("status", 16, 1u)]
    [InlineData("reserved", 20, 1u)]
    [InlineData("reserved end", 28, 0x01000000u)]
    [InlineData("data size", 1216, 20u)]
    [InlineData("huge data size", 1216, uint.MaxValue)]
    [InlineData("runtime version", 1220, 2u)]
    [InlineData("report type 0", 1224, 0u)]
    [InlineData("report type 3", 1224, 3u)]
    [InlineData("report type 5", 1224, 5u)]
    [InlineData("hash type 0", 1228, 0u)]
    [InlineData("hash type 4", 1228, 4u)]
    [InlineData("no claims", 1232, 0u)]
    [InlineData("other claims size", 1232, 7u)]
    [InlineData("huge claims size", 1232, uint.MaxValue)]
    [InlineData("padding", 2596, 1u)]
    public void Field_against_its_rule_is_refused(string why, int offset, uint value)
    {
        byte[] report = HclMaker.Report(Hardware, HclMaker.Claims());
        Assert.NotNull(HclReport.TryParse(report));
        HclMaker.Write(report, offset, value);
        Assert.True(HclReport.TryParse(report) is null, why);
    }

    [Fact]
    public void Size_may_be_that_of_the_hardware_report_as_documented()
    {
        byte[] snp = HclMaker.Report(Hardware, HclMaker.Claims());
        HclMaker.Write(snp, 8, 1184);
        Assert.NotNull(HclReport.TryParse(snp));
        byte[] td = HclMaker.Report(Hardware.AsSpan(0, 1024), HclMaker.Claims(), HclReportType.Tdx);
        HclMaker.Write(td, 8, 1024);
        Assert.NotNull(HclReport.TryParse(td));
        HclMaker.Write(td, 8, 1184);
        Assert.Null(HclReport.TryParse(td));
    }

    [Fact]
    public void Bytes_behind_a_td_report_must_be_zero() => Assert.Null(HclReport.TryParse(HclMaker.Report(Hardware, HclMaker.Claims(), HclReportType.Tdx)));

    [Fact]
    public void Cut_or_overlong_report_is_refused()
    {
        string claims = HclMaker.Claims();
        byte[] report = HclMaker.Report(Hardware, claims);
        int end = 1236 + claims.Length;
        Assert.NotNull(HclReport.TryParse(report.AsSpan(0, end)));
        Assert.Null(HclReport.TryParse(report.AsSpan(0, end - 1)));
        Assert.Null(HclReport.TryParse(report.AsSpan(0, 1236)));
        Assert.Null(HclReport.TryParse(report.AsSpan(0, 1235)));
        Assert.Null(HclReport.TryParse([]));
        Assert.Null(HclReport.TryParse([.. report, .. new byte[HclReport.SizeMax]]));
    }
}
