namespace Errand.Attestation.Tests;

/// <summary>Policies that the quotes of <see cref="IntelScene"/> satisfy.</summary>
internal static class IntelPolicies
{
    public static IntelPlatformPolicy Platform { get; } = new()
    {
        AllowedStatuses = [IntelTcbStatus.UpToDate],
        Advisories = new IntelAdvisoryRule.Only([]),
        EvaluationDataNumberMin = 18,
        RevocationRequired = true,
        Identity = new IntelPlatformRule.ExactlyProcessor(new PckOptions().Ppid),
    };

    public static TdxPolicy For(TdReport report) => new()
    {
        References =
        [
            new TdxReference
            {
                Name = "image",
                MrTd = report.MrTd,
                Rtmr0 = report.Rtmr(0),
                Rtmr1 = report.Rtmr(1),
                Rtmr2 = report.Rtmr(2),
                Rtmr3 = report.Rtmr(3),
                MrSeam = report.MrSeam,
                MrSignerSeam = report.MrSignerSeam,
                Attributes = report.Attributes,
                Xfam = report.Xfam,
                MrConfigId = report.MrConfigId,
                MrOwner = report.MrOwner,
                MrOwnerConfig = report.MrOwnerConfig,
                MrServiceTd = report.MrServiceTd ?? new byte[TdReport.RegisterSize],
            },
        ],
        Platform = Platform,
        ReportData = new IntelReportDataRule.Exactly(report.ReportData),
    };

    public static SgxPolicy For(SgxReport report) => new()
    {
        References =
        [
            new SgxReference
            {
                Name = "enclave",
                MrEnclave = report.MrEnclave,
                MrSigner = report.MrSigner,
                IsvProductId = report.IsvProductId,
                IsvSvnMin = report.IsvSvn,
                Attributes = report.Attributes,
                MiscSelect = report.MiscSelect,
                ConfigId = report.ConfigId,
                ConfigSvn = report.ConfigSvn,
                IsvExtendedProductId = report.IsvExtendedProductId,
                IsvFamilyId = report.IsvFamilyId,
            },
        ],
        Platform = Platform,
        ReportData = new IntelReportDataRule.Exactly(report.ReportData),
    };
}
