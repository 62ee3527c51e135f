namespace Errand.Protocol;

/// <summary>How a round of votes stands.</summary>
public enum BallotResult
{
    /// <summary>Not decided yet.</summary>
    Open = 0,

    /// <summary>Enough accepts came first.</summary>
    Accepted = 1,

    /// <summary>Enough rejects came first.</summary>
    Rejected = 2,

    /// <summary>Time ran out.</summary>
    Undecided = 3,
}
