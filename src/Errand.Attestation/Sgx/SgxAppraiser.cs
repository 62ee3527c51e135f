namespace Errand.Attestation;

/// <summary>Appraises an authentic SGX quote under a policy. All checks are made, so a rejection names everything that is wrong.</summary>
public static class SgxAppraiser
{
    /// <summary>Appraises. The first failing check, in the order below, gives the reason.</summary>
    public static AttestationResult Appraise(VerifiedSgxQuote verified, SgxPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(verified);
        ArgumentNullException.ThrowIfNull(policy);
        var checks = new CheckList();
        SgxReport report = verified.Report;

        checks.Require(!report.Attributes.AllowsDebug, "debug", AttestationReason.Debug, "the DEBUG attribute clear", report.Attributes.ToString(),
            "The host can read this enclave. Build and launch it without debugging.");
        checks.Require(report.Attributes.IsWellFormed, "attributes", AttestationReason.Attributes, "INIT set and reserved flags clear", report.Attributes.ToString(),
            "The enclave has features that this version does not know.");
        IntelPlatformAppraiser.Run(checks, verified.Platform, policy.Platform);
        CheckReference(checks, report, policy);
        IntelReportDataRule.Run(checks, policy.ReportData, report.ReportData);
        return checks.ToResult();
    }

    private static void CheckReference(CheckList checks, SgxReport report, SgxPolicy policy)
    {
        string[] differences = [.. policy.References.Select(reference => reference.FirstDifference(report) is { } field ? $"{reference.Name}: {field}" : "")];
        int match = Array.IndexOf(differences, "");
        string measurement = Convert.ToHexStringLower(report.MrEnclave.Span[..8]) + "…";
        checks.Require(match >= 0, "measurement", AttestationReason.Measurement, "one of the reference values in every field",
            match >= 0 ? policy.References[match].Name : $"{measurement}, differs in [{string.Join(", ", differences)}]",
            "The enclave is not a listed one. Use a listed one, or ask the network's governance to add this one.");
    }
}
