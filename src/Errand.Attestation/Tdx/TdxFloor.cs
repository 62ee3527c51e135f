namespace Errand.Attestation;

/// <summary>The least that platforms with TDX must be. A platform whose collateral, TCB info, identity and both revocation lists, is not whole is below any.</summary>
/// <param name="EvaluationDataNumberMin">The least tcbEvaluationDataNumber of the collateral: older ones do not know later vulnerabilities.</param>
/// <param name="Statuses">TCB statuses that will do. Revoked and unsupported platforms are refused whatever stands here.</param>
/// <param name="Advisories">The only advisories that may apply; null when the statuses decide alone.</param>
public sealed record TdxFloor(int EvaluationDataNumberMin, IReadOnlyList<IntelTcbStatus> Statuses, IReadOnlyList<string>? Advisories)
{
    /// <summary>The rule for one platform, or any.</summary>
    public IntelPlatformPolicy ToPolicy(IntelPlatformRule identity) => new()
    {
        AllowedStatuses = Statuses,
        Advisories = Advisories is { } only ? new IntelAdvisoryRule.Only([.. only]) : new IntelAdvisoryRule.Any(),
        EvaluationDataNumberMin = EvaluationDataNumberMin,
        RevocationRequired = true,
        Identity = identity,
    };
}
