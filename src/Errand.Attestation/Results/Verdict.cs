namespace Errand.Attestation;

/// <summary>What a result comes to, no more than the steps that were made.</summary>
public enum Verdict
{
    /// <summary>A check failed.</summary>
    Rejected = 1,

    /// <summary>Authentic and acceptable under the policy.</summary>
    Accepted = 2,

    /// <summary>Authentic; no policy was given, so nobody looked whether it is acceptable.</summary>
    Authentic = 3,

    /// <summary>Well formed and consistent, but signed by nobody: it shows nothing by itself.</summary>
    Unsigned = 4,
}
