using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>What every <see cref="ITeeReporter"/> promises. Each adapter runs it.</summary>
public abstract class TeeReporterContract
{
    protected abstract ITeeReporter Reporter { get; }

    protected abstract TrustedRoots Roots { get; }

    [Fact]
    public async Task Evidence_is_authentic_and_carries_the_report_data()
    {
        TeeEvidence evidence = await ReportAsync(Vendors.ReportData);
        var policy = new TeePolicy { Roots = Roots, SevSnp = null };
        TeeAppraisal appraisal = TeeAppraiser.Appraise(evidence, policy, Vendors.Now);
        // The kind is refused only after everything else about its authenticity held.
        Assert.Equal("tee-kind", Assert.Single(appraisal.Result.Checks, check => check.Outcome == CheckOutcome.Failed).Name);
        Assert.Equal(Vendors.ReportData, appraisal.ReportData!.Value.ToArray());
    }

    [Fact]
    public async Task Evidence_fits_its_container()
    {
        byte[] encoded = (await ReportAsync(Vendors.ReportData)).Encode();
        Assert.True(TeeEvidence.TryParse(encoded, out TeeEvidence? parsed));
        Assert.Equal(encoded, parsed.Encode());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public Task Report_data_of_another_size_is_an_argument_error(int size) => Assert.ThrowsAsync<ArgumentException>(() => ReportAsync(new byte[size]));

    private Task<TeeEvidence> ReportAsync(byte[] reportData) => Reporter.ReportAsync(reportData, TestContext.Current.CancellationToken);
}
