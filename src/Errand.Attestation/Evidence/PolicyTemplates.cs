namespace Errand.Attestation;

/// <summary>Policies to start from: every member is there, and nothing is accepted before a person has filled them.</summary>
internal static class PolicyTemplates
{
    private static readonly IntelPlatformPolicy Platform = new()
    {
        AllowedStatuses = [IntelTcbStatus.UpToDate],
        Advisories = new IntelAdvisoryRule.Only([]),
        EvaluationDataNumberMin = 0,
        RevocationRequired = true,
        Identity = new IntelPlatformRule.Any(),
    };

    /// <summary>A policy with the section of one kind, which accepts nothing yet; null for kinds that cannot be accepted, as nobody signs them.</summary>
    internal static AppraisalPolicy? For(EvidenceKind kind) => kind switch
    {
        EvidenceKind.SevSnp => AppraisalPolicy.Nothing with
        {
            SevSnp = new SnpPolicy { References = [], Floors = new Dictionary<SnpProductLine, SnpTcbFloor>(), Chip = new SnpChipRule.AnyNamed(), Platform = SnpPlatformRule.Any, Mitigations = 0, Revocation = SnpRevocationRule.Required, ReportData = new SnpReportDataRule.NotChecked() },
        },
        EvidenceKind.Tdx => AppraisalPolicy.Nothing with { Tdx = new TdxPolicy { References = [], Platform = Platform, ReportData = new IntelReportDataRule.NotChecked() } },
        EvidenceKind.Sgx => AppraisalPolicy.Nothing with { Sgx = new SgxPolicy { References = [], Platform = Platform, ReportData = new IntelReportDataRule.NotChecked() } },
        EvidenceKind.Nitro => AppraisalPolicy.Nothing with
        {
            Nitro = new NitroPolicy
            {
                References = [],
                Module = new NitroModuleRule.Any(),
                Nonce = new NitroFieldRule.NotChecked(),
                UserData = new NitroFieldRule.NotChecked(),
                PublicKey = new NitroFieldRule.NotChecked(),
                AgeMax = TimeSpan.FromMinutes(5),
                AheadMax = TimeSpan.FromMinutes(1),
            },
        },
        EvidenceKind.AzureVtpm => AppraisalPolicy.Nothing with
        {
            AzureVtpm = new AzureVtpmPolicy
            {
                SevSnp = For(EvidenceKind.SevSnp)!.SevSnp! with { Chip = new SnpChipRule.AnyNamed() },
                Tdx = null,
                PcrReferences = [],
                RequireSecureBoot = true,
                VmSettings = new Dictionary<string, bool>(),
                Vm = new AzureVmRule.Any(),
                UserData = new AzureUserDataRule.NotChecked(),
            },
        },
        EvidenceKind.TpmQuote => AppraisalPolicy.Nothing with
        {
            TpmQuote = new TpmQuotePolicy { References = [], Key = new TpmKeyRule.OneOf([]), Nonce = new TpmNonceRule.NotChecked(), EventLogRequired = true, SecureBootRequired = true, Ima = null },
        },
        EvidenceKind.EkCertificate => AppraisalPolicy.Nothing with { EkCertificate = new EkCertificatePolicy { RootClasses = [], Denied = [] } },
        EvidenceKind.EventLog => null,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
