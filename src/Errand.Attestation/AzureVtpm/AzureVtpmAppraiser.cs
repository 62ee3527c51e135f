namespace Errand.Attestation;

/// <summary>Appraises authentic evidence under a policy. All checks are made, so a rejection names everything that is wrong.</summary>
public static class AzureVtpmAppraiser
{
    /// <summary>Appraises: the hardware first, then what it vouches for. The first failing check, in the order below, gives the reason.</summary>
    public static AttestationResult Appraise(VerifiedAzureVtpm verified, AzureVtpmPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(verified);
        ArgumentNullException.ThrowIfNull(policy);
        var checks = new CheckList();
        CheckPcrs(checks, verified, policy);
        CheckConfiguration(checks, verified.RuntimeData.VmConfiguration, policy);
        CheckUserData(checks, verified.RuntimeData, policy.UserData);
        return AppraiseHardware(verified, policy).Then(checks.ToResult());
    }

    private static AttestationResult AppraiseHardware(VerifiedAzureVtpm verified, AzureVtpmPolicy policy)
    {
        if (verified.SevSnp is { } snp && policy.SevSnp is { } snpPolicy) return SnpAppraiser.Appraise(snp, snpPolicy);
        if (verified.Tdx is { } tdx && policy.Tdx is { } tdxPolicy) return TdxAppraiser.Appraise(tdx, tdxPolicy);
        var checks = new CheckList();
        checks.Require(false, "tee-kind", AttestationReason.TeeKind, "a kind of TEE that the policy lists", verified.Report.ReportType.ToString(), "This network does not take that kind of TEE.");
        return checks.ToResult();
    }

    private static void CheckPcrs(CheckList checks, VerifiedAzureVtpm verified, AzureVtpmPolicy policy)
    {
        string[] differences = [.. policy.PcrReferences.Select(reference => reference.FirstDifference(verified) is { } pcr ? $"{reference.Name}: {pcr}" : "")];
        int match = Array.IndexOf(differences, "");
        checks.Require(match >= 0, "pcrs", AttestationReason.Measurement, "one of the reference values in every PCR it lists",
            match >= 0 ? policy.PcrReferences[match].Name : $"differs in [{string.Join(", ", differences)}]",
            "The VM booted something else than a listed image, or its quote leaves PCRs out.");
    }

    private static void CheckConfiguration(CheckList checks, IReadOnlyDictionary<string, string> configuration, AzureVtpmPolicy policy)
    {
        if (policy.RequireSecureBoot)
        {
            checks.Require(configuration.GetValueOrDefault("secure-boot") == "true", "secure-boot", AttestationReason.SecureBoot, "true", configuration.GetValueOrDefault("secure-boot", "missing"),
                "Secure boot is off. Create the VM with secure boot.");
        }
        else checks.Skip("secure-boot", "The policy does not ask for secure boot.");

        foreach ((string name, bool wanted) in policy.VmSettings.OrderBy(setting => setting.Key, StringComparer.Ordinal))
        {
            string expected = wanted ? "true" : "false";
            checks.Require(configuration.GetValueOrDefault(name) == expected, $"vm-configuration {name}", AttestationReason.VmConfiguration, expected, configuration.GetValueOrDefault(name, "missing"),
                "The VM is configured otherwise than the policy allows.");
        }

        switch (policy.Vm)
        {
            case AzureVmRule.Any:
                checks.Skip("vm-id", "The policy allows any VM.");
                break;
            case AzureVmRule.Exactly exactly:
                string? id = configuration.GetValueOrDefault("vmUniqueId");
                bool same = id is not null && id.Length > 2 && Guid.TryParseExact(id.AsSpan(1, id.Length - 2), "D", out Guid actual) && actual == exactly.Id;
                checks.Require(same, "vm-id", AttestationReason.VmId, exactly.Id.ToString("D"), id ?? "missing", "The evidence comes from another VM than the one registered.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(policy));
        }
    }

    private static void CheckUserData(CheckList checks, HclRuntimeData data, AzureUserDataRule rule)
    {
        switch (rule)
        {
            case AzureUserDataRule.NotChecked:
                checks.Skip("user-data", "The policy does not say what it must be.");
                break;
            case AzureUserDataRule.Exactly exactly:
                checks.Require(data.UserData is { } bytes && bytes.Span.SequenceEqual(exactly.UserData.Span), "user-data", AttestationReason.UserData, Convert.ToHexStringLower(exactly.UserData.Span),
                    data.UserData is { } actual ? Convert.ToHexStringLower(actual.Span) : "none", "The report was made for another context. Write the data to NV index 0x01400002 and read the report again.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }
    }
}
