namespace Errand.Attestation;

/// <summary>Member <c>platform</c> of the sections <c>tdx</c> and <c>sgx</c>.</summary>
internal static class IntelPolicyFile
{
    private const string StatusesMeaning = "TCB statuses that will do, such as UpToDate and SWHardeningNeeded; none accepts nothing";
    private const string AdvisoriesMeaning = "\"any\" to let the statuses decide, or {\"only\": [advisories that may apply]}";
    private const string NumberMeaning = "the least tcbEvaluationDataNumber of the collateral: older ones do not know later vulnerabilities";
    private const string RevocationMeaning = "whether both revocation lists must have been checked";
    private const string IdentityMeaning = "\"any\", or {\"processor\": PPID} or {\"instance\": platform instance id} of 32 hexadecimal digits";
    private const int IdSize = 16;

    internal const string Meaning = "what the platform must be";

    internal static IntelPlatformPolicy Read(PolicyNode node)
    {
        (string advisories, PolicyNode allowed) = node.Choice("advisories", "any", "only…");
        (string identity, PolicyNode id) = node.Choice("identity", "any", "processor…", "instance…");
        var policy = new IntelPlatformPolicy
        {
            AllowedStatuses = node.List("allowedStatuses", StatusesMeaning, item => item.Enum<IntelTcbStatus>()),
            Advisories = advisories switch
            {
                "any" => new IntelAdvisoryRule.Any(),
                "only" => new IntelAdvisoryRule.Only([.. allowed.AsList(item => item.AsText("an advisory such as INTEL-SA-00615") ?? "")]),
                _ => new IntelAdvisoryRule.Only([]),
            },
            EvaluationDataNumberMin = (int)node.Number("evaluationDataNumberMin", int.MaxValue, NumberMeaning),
            RevocationRequired = node.Bool("revocationRequired", RevocationMeaning),
            Identity = identity switch
            {
                "any" => new IntelPlatformRule.Any(),
                "processor" => new IntelPlatformRule.ExactlyProcessor(id.AsHex(IdSize, IdSize, "PPID")),
                "instance" => new IntelPlatformRule.ExactlyInstance(id.AsHex(IdSize, IdSize, "the platform instance id")),
                _ => new IntelPlatformRule.ExactlyProcessor(default),
            },
        };
        node.Close();
        return policy;
    }

    internal static void Write(PolicyWriter writer, IntelPlatformPolicy policy)
    {
        writer.Open("platform", '{', PolicyRules.Sentence(Meaning));
        writer.Words("allowedStatuses", policy.AllowedStatuses.Select(status => status.ToString()), PolicyRules.Sentence(StatusesMeaning));
        if (policy.Advisories is IntelAdvisoryRule.Only only)
            writer.Raw("advisories", $"{{\"only\": [{string.Join(", ", only.Advisories.Select(PolicyWriter.Quote))}]}}", PolicyRules.Sentence(AdvisoriesMeaning));
        else writer.Text("advisories", "any", PolicyRules.Sentence(AdvisoriesMeaning));
        writer.Number("evaluationDataNumberMin", policy.EvaluationDataNumberMin, PolicyRules.Sentence(NumberMeaning));
        writer.Bool("revocationRequired", policy.RevocationRequired, PolicyRules.Sentence(RevocationMeaning));
        if (policy.Identity is IntelPlatformRule.ExactlyProcessor processor) writer.Choice("identity", "processor", processor.Ppid, PolicyRules.Sentence(IdentityMeaning));
        else if (policy.Identity is IntelPlatformRule.ExactlyInstance instance) writer.Choice("identity", "instance", instance.PlatformInstanceId, PolicyRules.Sentence(IdentityMeaning));
        else writer.Text("identity", "any", PolicyRules.Sentence(IdentityMeaning));
        writer.Close('}');
    }

    /// <summary>A policy that takes platforms of this one's status and advisories under collateral that is not older.</summary>
    internal static IntelPlatformPolicy Draft(VerifiedIntelPlatform platform) => new()
    {
        AllowedStatuses = platform.Tcb is { } tcb ? [tcb.Status] : [],
        Advisories = new IntelAdvisoryRule.Only(platform.Tcb?.Advisories ?? []),
        EvaluationDataNumberMin = platform.Tcb?.EvaluationDataNumber ?? 0,
        RevocationRequired = true,
        Identity = new IntelPlatformRule.Any(),
    };

    internal static IntelReportDataRule ReadReportData(PolicyNode node) =>
        PolicyRules.ReadReportData(node) is { } bytes ? new IntelReportDataRule.Exactly(bytes) : new IntelReportDataRule.NotChecked();

    internal static void WriteReportData(PolicyWriter writer, IntelReportDataRule rule) => PolicyRules.WriteBinding(writer, "reportData", (rule as IntelReportDataRule.Exactly)?.ReportData);
}
