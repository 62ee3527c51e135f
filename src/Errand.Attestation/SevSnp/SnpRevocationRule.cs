namespace Errand.Attestation;

/// <summary>Whether evidence must come with a revocation list of AMD's. One that is given and does not hold is refused under either rule.</summary>
public enum SnpRevocationRule
{
    /// <summary>The product line's list must have been given, hold, and name none of the certificates.</summary>
    Required = 1,

    /// <summary>A list is looked at when there is one. Without it, withdrawn certificates are not noticed.</summary>
    WhenGiven = 2,
}
