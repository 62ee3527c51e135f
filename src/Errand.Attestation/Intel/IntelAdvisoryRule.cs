namespace Errand.Attestation;

/// <summary>What a policy demands of the security advisories that apply to a platform.</summary>
public abstract record IntelAdvisoryRule
{
    private IntelAdvisoryRule()
    {
    }

    /// <summary>No others than these may apply. An empty list allows none.</summary>
    /// <param name="Advisories">Such as <c>INTEL-SA-00615</c>.</param>
    public sealed record Only(IReadOnlyCollection<string> Advisories) : IntelAdvisoryRule;

    /// <summary>Any may apply: the allowed statuses decide alone.</summary>
    public sealed record Any : IntelAdvisoryRule;
}
