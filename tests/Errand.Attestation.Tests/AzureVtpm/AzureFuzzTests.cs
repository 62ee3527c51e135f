using System.Text;
using CsCheck;

namespace Errand.Attestation.Tests;

/// <summary>Mutated reports, claims and evidence: nothing throws, allocations stay bounded.</summary>
public sealed class AzureFuzzTests
{
    private const long AllocatedMax = 8 * 1024 * 1024;

    [Fact]
    public void Reports() => Fuzz([HclMaker.Report(new byte[1184], HclMaker.Claims()), HclMaker.Report(new byte[1024], HclMaker.Claims(), HclReportType.Tdx, 3, 1)], bytes =>
    {
        if (HclReport.TryParse(bytes) is not { } report) return;
        Assert.True(report.Encoded.Span.SequenceEqual(bytes));
        Assert.Equal(64, report.ExpectedReportData().Length);
        Assert.InRange(report.HardwareReport.Length, 1024, 1184);
        _ = HclRuntimeData.TryParse(report.RuntimeClaims);
        Assert.False(AzureVtpmVerifier.VerifyBindingOnly(bytes).Accepted);
    });

    [Fact]
    public void Claims() => Fuzz([Encoding.UTF8.GetBytes(HclMaker.Claims()), Encoding.UTF8.GetBytes(HclMaker.Claims(configuration: """{"a":"\ud83d\ude00","b":[1,2,{"c":null}]}"""))], bytes =>
    {
        if (HclRuntimeData.TryParse(bytes) is { } data) Assert.InRange(data.AttestationKey.KeySizeBits, 2048, 4096);
    });

    [Fact]
    public void Evidence()
    {
        byte[] version1 = Encoding.UTF8.GetBytes($$"""{"version":1,"tpm_quote":{"message":"ff54","signature":"00","pcrs":["{{new string('0', 64)}}"]},"hcl_report":"AAEC","td_quote":"AAEC"}""");
        byte[] version0 = Encoding.UTF8.GetBytes("""{"quote":{"message":[1,2],"signature":[3],"pcrs":[]},"report":[4,255],"vcek":"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"}""");
        Fuzz([version1, version0], bytes =>
        {
            if (AzureEvidenceJson.TryParse(bytes) is { } evidence) Assert.Null(AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, [], TrustedRoots.Vendors, NitroPki.Now).Evidence);
        });
    }

    [Fact]
    public void Real_evidence() => Fuzz([.. Corpus.Role("azure-vtpm", "source-evidence").Where(json => json.Length < 20_000)], bytes =>
    {
        if (AzureEvidenceJson.TryParse(bytes) is { } evidence) _ = AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, "challenge"u8, TrustedRoots.Vendors, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }, 3);

    private static void Fuzz(IReadOnlyList<byte[]> samples, Action<byte[]> parse, int slower = 1) => Mutation.Of(samples).Sample(bytes =>
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        parse(bytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < AllocatedMax, $"{allocated} bytes allocated for {bytes.Length}");
    }, iter: Mutation.Iterations / slower, threads: 1);
}
