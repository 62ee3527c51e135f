namespace Errand.Attestation;

/// <summary>
/// What a platform must be for its quotes to be accepted. Every member must be given. A platform without TCB info or identity of its
/// quoting enclave, or with a revoked or unsupported TCB, is refused whatever is allowed here.
/// </summary>
public sealed record IntelPlatformPolicy
{
    /// <summary>Statuses that will do.</summary>
    public required IReadOnlyCollection<IntelTcbStatus> AllowedStatuses { get; init; }

    /// <summary>Advisories that will do.</summary>
    public required IntelAdvisoryRule Advisories { get; init; }

    /// <summary>The least tcbEvaluationDataNumber of TCB info and identity: older ones do not know later vulnerabilities.</summary>
    public required int EvaluationDataNumberMin { get; init; }

    /// <summary>Whether both revocation lists must have been checked.</summary>
    public required bool RevocationRequired { get; init; }

    /// <summary>Which platform.</summary>
    public required IntelPlatformRule Identity { get; init; }
}
