namespace Errand.Attestation;

/// <summary>How one check ended.</summary>
public enum CheckOutcome
{
    /// <summary>The evidence is as expected.</summary>
    Passed = 1,

    /// <summary>The evidence is not as expected: it is rejected.</summary>
    Failed = 2,

    /// <summary>Nobody looked, because the policy says so or an earlier check failed.</summary>
    NotChecked = 3,
}
