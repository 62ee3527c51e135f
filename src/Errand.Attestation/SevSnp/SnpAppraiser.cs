namespace Errand.Attestation;

/// <summary>Appraises an authentic report under a policy. All checks are made, so a rejection names everything that is wrong.</summary>
public static class SnpAppraiser
{
    /// <summary>Appraises. The first failing check, in the order below, gives the reason.</summary>
    public static AttestationResult Appraise(VerifiedSnpReport verified, SnpPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(verified);
        ArgumentNullException.ThrowIfNull(policy);
        var checks = new CheckList();
        SnpReport report = verified.Report;

        checks.Require(!report.Policy.AllowsDebug, "debug", AttestationReason.Debug, "policy bit 19 clear", report.Policy.ToString(),
            "The host can read this guest. Launch it with a policy that forbids debugging.");
        bool agent = report.ReportIdMigrationAgent.Span.ContainsAnyExcept((byte)0xFF);
        checks.Require(!report.Policy.AllowsMigration && !agent, "migration", AttestationReason.Migratable, "policy bit 18 clear, no migration agent",
            agent ? "a migration agent" : report.Policy.ToString(), "An agent can move this guest elsewhere. Launch it with a policy that forbids migration.");
        CheckTcb(checks, verified, policy);
        CheckReference(checks, verified, policy);
        CheckPlatform(checks, report, policy);
        CheckChip(checks, report, policy.Chip);
        CheckReportData(checks, report, policy.ReportData);
        CheckRevocation(checks, verified, policy.Revocation);
        return checks.ToResult();
    }

    private static void CheckTcb(CheckList checks, VerifiedSnpReport verified, SnpPolicy policy)
    {
        bool known = policy.Floors.TryGetValue(verified.ProductLine, out SnpTcbFloor? floor);
        checks.Require(known, "product-line-allowed", AttestationReason.ProductLine, string.Join(" or ", policy.Floors.Keys.Order()), verified.ProductLine.ToString(),
            "This network takes no processors of that generation.");
        if (floor is null) return;
        Check("tcb-reported", verified.ReportedTcb, floor.Reported);
        Check("tcb-committed", verified.CommittedTcb, floor.Committed);
        Check("tcb-launch", verified.LaunchTcb, floor.Launch);
        Check("tcb-current", verified.CurrentTcb, floor.Current);

        void Check(string name, SnpTcb actual, SnpTcb least) => checks.Require(actual.IsAtLeast(least), name, AttestationReason.Tcb, $"at least {least}", actual.ToString(),
            "The processor's firmware is older than allowed. Update it, commit it and launch the guest again.");
    }

    private static void CheckReference(CheckList checks, VerifiedSnpReport verified, SnpPolicy policy)
    {
        string[] differences = [.. policy.References.Select(reference => reference.FirstDifference(verified) is { } field ? $"{reference.Name}: {field}" : "")];
        int match = Array.IndexOf(differences, "");
        string measurement = Convert.ToHexStringLower(verified.Report.Measurement.Span[..8]) + "…";
        checks.Require(match >= 0, "measurement", AttestationReason.Measurement, "one of the reference values in every field",
            match >= 0 ? policy.References[match].Name : $"{measurement}, differs in [{string.Join(", ", differences)}]",
            "The guest is not a listed one. Use a listed image, or ask the network's governance to add this one.");
    }

    private static void CheckPlatform(CheckList checks, SnpReport report, SnpPolicy policy)
    {
        SnpPlatformInfo missing = policy.Platform.Required & ~report.PlatformInfo;
        SnpPlatformInfo excess = policy.Platform.Forbidden & report.PlatformInfo;
        checks.Require(missing == 0 && excess == 0, "platform-info", AttestationReason.PlatformInfo, $"with {policy.Platform.Required}, without {policy.Platform.Forbidden}", report.PlatformInfo.ToString(),
            $"The machine is set up otherwise (lacks {missing}, has {excess}). Change its firmware's settings and start it again.");

        const string Name = "mitigations";
        if (policy.Mitigations == 0) checks.Skip(Name, "The policy requires no mitigations.");
        else
        {
            bool held = ((report.LaunchMitigations ?? 0) & (report.CurrentMitigations ?? 0) & policy.Mitigations) == policy.Mitigations;
            checks.Require(held, Name, AttestationReason.Mitigation, $"0x{policy.Mitigations:x}", report is { LaunchMitigations: { } launch, CurrentMitigations: { } current } ? $"0x{launch:x} at launch, 0x{current:x} now" : "not told",
                "A hole in the firmware was not closed when the guest was launched, or is not now. Update the firmware and launch the guest again.");
        }
    }

    private static void CheckRevocation(CheckList checks, VerifiedSnpReport verified, SnpRevocationRule rule)
    {
        const string Name = "revocation";
        switch (rule)
        {
            case SnpRevocationRule.WhenGiven when !verified.RevocationChecked:
                checks.Skip(Name, "No revocation list was given for the product line, and the policy does not require one.");
                break;
            case SnpRevocationRule.WhenGiven:
            case SnpRevocationRule.Required:
                checks.Require(verified.RevocationChecked, Name, AttestationReason.RevocationUnknown, "a revocation list looked at", verified.RevocationChecked ? "it was" : "there was none",
                    "Fetch the product line's revocation list from AMD's key distribution service and give it with the evidence.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }
    }

    private static void CheckChip(CheckList checks, SnpReport report, SnpChipRule rule)
    {
        const string Name = "chip";
        bool named = !report.ChipIdIsMasked && report.SigningKey == SnpSigningKey.Vcek;
        string actual = named ? Convert.ToHexStringLower(report.ChipId.Span[..8]) + "…" : $"masked, signed by {report.SigningKey}";
        switch (rule)
        {
            case SnpChipRule.AnyEvenMasked:
                checks.Skip(Name, "The policy allows any chip, also one that hides itself.");
                break;
            case SnpChipRule.Exactly when !named:
            case SnpChipRule.AnyNamed:
                checks.Require(named, Name, AttestationReason.ChipMasked, "a chip id under a VCEK", actual,
                    "The machine hides which chip it is. Unmask the chip id, and use the chip's own endorsement key.");
                break;
            case SnpChipRule.Exactly exactly:
                checks.Require(report.ChipId.Span.SequenceEqual(exactly.ChipId.Span), Name, AttestationReason.ChipMismatch, Convert.ToHexStringLower(exactly.ChipId.Span[..Math.Min(8, exactly.ChipId.Length)]) + "…", actual,
                    "The evidence comes from another machine than the one registered.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }
    }

    private static void CheckReportData(CheckList checks, SnpReport report, SnpReportDataRule rule)
    {
        const string Name = "report-data";
        switch (rule)
        {
            case SnpReportDataRule.NotChecked:
                checks.Skip(Name, "The policy does not say what the report must be bound to.");
                break;
            case SnpReportDataRule.Exactly exactly:
                checks.Require(report.ReportData.Span.SequenceEqual(exactly.ReportData.Span), Name, AttestationReason.ReportData,
                    Convert.ToHexStringLower(exactly.ReportData.Span), Convert.ToHexStringLower(report.ReportData.Span),
                    "The report is bound to other keys or another context than expected: it was made for something else.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }
    }
}
