using Errand.Attestation;
using Errand.Enclave;
using Errand.Enclave.Tests;
using Errand.Tests;

namespace Errand.Platform.Tests;

/// <summary>Reports of real machines, given out by a kernel that is played: what a guest takes from it, verifiers accept, and nothing that was changed on the way.</summary>
public sealed class TakenReportTests
{
    private const int SnpMeasurement = 0x90;

    [Theory]
    [InlineData("genoa-v5-vcek")]
    [InlineData("milan-v3-vcek")]
    [InlineData("turin-v5-vcek")]
    public void Real_snp_report_goes_through_the_guest_to_the_verifier(string name)
    {
        VectorCase vector = VectorCase.Load(Path.Combine(Vectors.Folder("sev-snp"), name));
        byte[] recorded = vector.Find("snp-report")!;
        IReadOnlyList<ReadOnlyMemory<byte>> chain = CaseCertificates.Chain(vector.Find("endorsement-key-certificate")!, vector.All("ask-ark-chain").Select(file => file.Bytes));
        TakenReport taken = Take("sev_guest\n", recorded, SnpReport.TryParse(recorded)!.ReportData, SnpTables.Of(chain));
        AttestationResult good = Verify(taken);
        Assert.True(good.Accepted, good.FirstFailure?.ToString());

        byte[] changed = [.. recorded];
        changed[SnpMeasurement] ^= 1;
        Assert.Equal(AttestationReason.ReportSignature, Verify(Take("sev_guest\n", changed, SnpReport.TryParse(recorded)!.ReportData, SnpTables.Of(chain))).Reason);

        AttestationResult Verify(TakenReport report) =>
            SnpVerifier.Verify(report.Report.Span, SnpCertificateTable.TryRead(report.Auxiliary.Span)!.Chain!, TrustedRoots.Vendors, vector.VerifyAt ?? new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)).Result;
    }

    [Theory]
    [InlineData("v4-b0c06f-uptodate-2025")]
    [InlineData("v5-90c06f-uptodate-2026")]
    public void Real_tdx_quote_goes_through_the_guest_to_the_verifier(string name)
    {
        VectorCase vector = VectorCase.Load(Path.Combine(Vectors.Folder("tdx"), name));
        byte[] recorded = vector.Find("quote")!;
        IntelQuote quote = IntelQuote.TryParse(recorded)!;
        ReadOnlyMemory<byte> data = TdReport.TryParse(quote.Body)!.ReportData;
        AttestationResult good = Verify(Take("tdx_guest\n", recorded, data, []));
        Assert.True(good.Accepted, good.FirstFailure?.ToString());

        byte[] changed = [.. recorded];
        int measurement = quote.Signed.Length - quote.Body.Length + 0x88;
        changed[measurement] ^= 1;
        Assert.False(Verify(Take("tdx_guest\n", changed, data, [])).Accepted);

        AttestationResult Verify(TakenReport report) =>
            TdxVerifier.Verify(report.Report.Span, IntelVectors.ReadCollateral(vector), CaseRoots.Read(vector, RootClass.IntelSgx), vector.VerifyAt!.Value).Result;
    }

    private static TakenReport Take(string provider, byte[] report, ReadOnlyMemory<byte> data, byte[] auxiliary)
    {
        using var kernel = new TsmKernel { Provider = provider, Report = _ => report, Auxiliary = auxiliary };
        return new TsmReporter(kernel, _ => { }).Take(data.Span);
    }
}
