using Errand.Attestation;

namespace Errand.Platform.Tests;

public sealed class DevelopmentTeeTests
{
    [Fact]
    public void Report_passes_the_production_verifier_with_only_the_root_differing()
    {
        using var tee = new DevelopmentTee(Vendors.Genoa, Vendors.TeeOptions);
        TeeEvidence evidence = tee.Report(Vendors.ReportData);
        TeeAppraisal appraisal = TeeAppraiser.Appraise(evidence, Vendors.PolicyFor(tee), Vendors.Now);
        Assert.True(appraisal.Result.Accepted, appraisal.Result.FirstFailure?.ToString());
        Assert.True(appraisal.IsDevelopment);
        Assert.Equal(Vendors.TeeOptions.ChipId.ToArray(), appraisal.ChipId!.Value.ToArray());
        Assert.Equal(Vendors.ReportData, appraisal.ReportData!.Value.ToArray());
    }

    [Fact]
    public void Evidence_round_trips_through_its_container()
    {
        using var tee = new DevelopmentTee(Vendors.Genoa, Vendors.TeeOptions);
        byte[] encoded = tee.Report(Vendors.ReportData).Encode();
        Assert.InRange(encoded.Length, 5000, 8 * 1024);
        Assert.True(TeeEvidence.TryParse(encoded, out TeeEvidence? parsed));
        Assert.Equal(encoded, parsed.Encode());
        Assert.True(TeeAppraiser.Appraise(parsed, Vendors.PolicyFor(tee), Vendors.Now).Result.Accepted);
    }

    [Fact]
    public void Vendor_survives_export_and_import()
    {
        using DevelopmentVendor? again = DevelopmentVendor.Import(Vendors.Genoa.Export());
        Assert.NotNull(again);
        Assert.Equal(Vendors.Genoa.TeeRootDigest, again.TeeRootDigest);
        Assert.Equal(Vendors.Genoa.TpmRootDigest, again.TpmRootDigest);
        using var tee = new DevelopmentTee(again, Vendors.TeeOptions);
        Assert.True(TeeAppraiser.Appraise(tee.Report(Vendors.ReportData), Vendors.PolicyFor(tee), Vendors.Now).Result.Accepted);
    }
}
