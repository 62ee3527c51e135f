namespace Errand.Attestation;

/// <summary>Appraises the platform of an authentic quote.</summary>
internal static class IntelPlatformAppraiser
{
    internal static void Run(CheckList checks, VerifiedIntelPlatform platform, IntelPlatformPolicy policy)
    {
        bool complete = platform.Tcb is { Qe: not null };
        checks.Require(complete, "tcb-collateral", AttestationReason.Collateral, "TCB info and identity of the quoting enclave", complete ? "there" : "missing",
            "Nothing says whether the platform is up to date. Fetch its collateral from the provisioning certification service.");
        if (platform.Tcb is { } tcb) CheckTcb(checks, tcb, policy);
        if (policy.RevocationRequired)
        {
            checks.Require(platform.RevocationChecked, "revocation", AttestationReason.RevocationUnknown, "both revocation lists checked", platform.RevocationChecked ? "checked" : "a list is missing",
                "Nothing says whether the platform's certificates are revoked. Fetch both revocation lists.");
        }
        else checks.Skip("revocation", "The policy does not ask for revocation lists; those given were checked.");
        CheckIdentity(checks, platform.Pck, policy.Identity);
    }

    private static void CheckTcb(CheckList checks, TcbEvaluation tcb, IntelPlatformPolicy policy)
    {
        bool allowed = policy.AllowedStatuses.Contains(tcb.Status) && tcb.Status is not (IntelTcbStatus.Revoked or IntelTcbStatus.NotSupported);
        checks.Require(allowed, "tcb-status", AttestationReason.TcbStatus, string.Join(" or ", policy.AllowedStatuses), tcb.Status.ToString(), Remedy(tcb.Status));
        checks.Require(tcb.EvaluationDataNumber >= policy.EvaluationDataNumberMin, "evaluation-number", AttestationReason.CollateralFloor, $"at least {policy.EvaluationDataNumberMin}", $"{tcb.EvaluationDataNumber}",
            "The collateral is older than this network takes: it does not know the latest vulnerabilities. Fetch it again.");
        switch (policy.Advisories)
        {
            case IntelAdvisoryRule.Any:
                checks.Skip("advisories", "The policy leaves advisories to the status.");
                break;
            case IntelAdvisoryRule.Only only:
                string[] others = [.. tcb.Advisories.Where(advisory => !only.Advisories.Contains(advisory))];
                checks.Require(others.Length == 0, "advisories", AttestationReason.Advisory, only.Advisories.Count == 0 ? "none" : $"none but {string.Join(", ", only.Advisories)}",
                    others.Length == 0 ? "no others" : string.Join(", ", others), "The platform is open to these vulnerabilities. Update its firmware.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(policy));
        }
    }

    private static void CheckIdentity(CheckList checks, PckCertificate pck, IntelPlatformRule rule)
    {
        const string Name = "platform-id";
        switch (rule)
        {
            case IntelPlatformRule.Any:
                checks.Skip(Name, "The policy allows any platform.");
                break;
            case IntelPlatformRule.ExactlyProcessor exactly:
                Check(pck.Ppid, exactly.Ppid);
                break;
            case IntelPlatformRule.ExactlyInstance when pck.PlatformInstanceId is null:
                checks.Require(false, Name, AttestationReason.ChipMasked, "a platform instance id", "none", "The platform's certificate names no instance. Register its processor instead.");
                break;
            case IntelPlatformRule.ExactlyInstance exactly:
                Check(pck.PlatformInstanceId!.Value, exactly.PlatformInstanceId);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }

        void Check(ReadOnlyMemory<byte> actual, ReadOnlyMemory<byte> expected) => checks.Require(actual.Span.SequenceEqual(expected.Span), Name, AttestationReason.ChipMismatch,
            Convert.ToHexStringLower(expected.Span), Convert.ToHexStringLower(actual.Span), "The quote comes from another machine than the one registered.");
    }

    private static string Remedy(IntelTcbStatus status) => status switch
    {
        IntelTcbStatus.SWHardeningNeeded => "The code inside must be hardened against known attacks; the policy does not take it on trust.",
        IntelTcbStatus.ConfigurationNeeded or IntelTcbStatus.ConfigurationAndSWHardeningNeeded => "Change the platform's configuration as Intel's advisories say, such as switching multithreading off.",
        IntelTcbStatus.TDRelaunchAdvised or IntelTcbStatus.TDRelaunchAdvisedConfigurationNeeded => "The TDX module was updated. Launch the domain again.",
        _ => "Update the platform's firmware, TDX module and quoting enclave.",
    };
}
