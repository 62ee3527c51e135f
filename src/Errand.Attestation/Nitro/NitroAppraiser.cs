namespace Errand.Attestation;

/// <summary>Appraises an authentic document under a policy. All checks are made, so a rejection names everything that is wrong.</summary>
public static class NitroAppraiser
{
    /// <summary>Appraises at a time. The first failing check, in the order below, gives the reason.</summary>
    public static AttestationResult Appraise(VerifiedNitroDocument verified, NitroPolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(verified);
        ArgumentNullException.ThrowIfNull(policy);
        var checks = new CheckList();
        NitroDocument document = verified.Document;

        checks.Require(!document.IsDebug, "debug", AttestationReason.Debug, "PCR0, PCR1 or PCR2 not zero", document.IsDebug ? "all zero" : "not zero",
            "The host can watch this enclave. Run it without --debug-mode.");
        CheckReference(checks, document, policy);
        CheckModule(checks, document, policy.Module);
        CheckField(checks, "nonce", AttestationReason.Nonce, document.Nonce, policy.Nonce);
        CheckField(checks, "user-data", AttestationReason.UserData, document.UserData, policy.UserData);
        CheckField(checks, "public-key", AttestationReason.PublicKey, document.PublicKey, policy.PublicKey);
        CheckAge(checks, document, policy, now);
        return checks.ToResult();
    }

    private static void CheckReference(CheckList checks, NitroDocument document, NitroPolicy policy)
    {
        string[] differences = [.. policy.References.Select(reference => reference.FirstDifference(document) is { } field ? $"{reference.Name}: {field}" : "")];
        int match = Array.IndexOf(differences, "");
        checks.Require(match >= 0, "measurement", AttestationReason.Measurement, "one of the reference values in every PCR it lists",
            match >= 0 ? policy.References[match].Name : $"PCR0 {Short(document.Pcr(0))}, differs in [{string.Join(", ", differences)}]",
            "The image is not a listed one. Use a listed image, or ask the network's governance to add this one.");
    }

    private static void CheckModule(CheckList checks, NitroDocument document, NitroModuleRule rule)
    {
        const string Name = "module-id";
        const string Remedy = "The evidence comes from another instance or enclave than the one registered.";
        switch (rule)
        {
            case NitroModuleRule.Any:
                checks.Skip(Name, "The policy allows any instance and enclave.");
                break;
            case NitroModuleRule.Exactly exactly:
                checks.Require(document.ModuleId == exactly.ModuleId, Name, AttestationReason.ModuleId, exactly.ModuleId, document.ModuleId, Remedy);
                break;
            case NitroModuleRule.OfInstance of:
                checks.Require(of.InstanceId.Length > 0 && document.ModuleId.StartsWith(of.InstanceId + "-", StringComparison.Ordinal), Name, AttestationReason.ModuleId, of.InstanceId + "-…", document.ModuleId, Remedy);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }
    }

    private static void CheckField(CheckList checks, string name, AttestationReason reason, ReadOnlyMemory<byte>? actual, NitroFieldRule rule)
    {
        switch (rule)
        {
            case NitroFieldRule.NotChecked:
                checks.Skip(name, "The policy does not say what it must be.");
                break;
            case NitroFieldRule.Absent:
                checks.Require(actual is null, name, reason, "none", Text(actual), "The document carries data that nobody asked for.");
                break;
            case NitroFieldRule.Exactly exactly:
                checks.Require(actual is { } bytes && bytes.Span.SequenceEqual(exactly.Value.Span), name, reason, Text(exactly.Value), Text(actual),
                    "The document was made for another question, key or context.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }
    }

    private static void CheckAge(CheckList checks, NitroDocument document, NitroPolicy policy, DateTimeOffset now)
    {
        TimeSpan age = now - document.Timestamp;
        checks.Require(age <= policy.AgeMax && age >= -policy.AheadMax, "document-age", AttestationReason.DocumentAge, $"at most {policy.AgeMax} old, {policy.AheadMax} ahead", $"{document.Timestamp:u}",
            "The document is too old, or a clock is wrong. Ask the enclave for a new one.");
        if (policy.AgeMax <= DateTimeOffset.MaxValue - document.Timestamp) checks.EndsAt("document-age", "attestation document", document.Timestamp + policy.AgeMax);
    }

    private static string Text(ReadOnlyMemory<byte>? value) => value is { } bytes ? Convert.ToHexStringLower(bytes.Span) : "none";

    private static string Short(ReadOnlyMemory<byte> value) => value.IsEmpty ? "missing" : Convert.ToHexStringLower(value.Span[..8]) + "…";
}
