namespace Errand.Protocol;

/// <summary>Where an operator stands.</summary>
public enum OperatorStanding
{
    /// <summary>Sponsored by some, not yet by enough: it may have no nodes.</summary>
    Candidate = 1,

    /// <summary>Admitted by sponsors: it may have nodes, and sponsors nobody.</summary>
    Sponsored = 2,

    /// <summary>Listed by genesis or governance: it may have nodes and sponsor others.</summary>
    Listed = 3,

    /// <summary>Retired by governance.</summary>
    Retired = 4,
}
