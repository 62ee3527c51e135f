namespace Errand.Protocol;

/// <summary>What a lottery is drawn for; part of its input, so that no ticket serves twice.</summary>
public enum CommitteeRole
{
    /// <summary>Not allowed on the wire.</summary>
    None = 0,

    /// <summary>A committee over a Proof of Trust.</summary>
    ProofOfTrust = 1,

    /// <summary>A committee over a task's evidence.</summary>
    Task = 2,

    /// <summary>The executors' draw for a task.</summary>
    Claim = 3,

    /// <summary>A committee over an accusation.</summary>
    Fault = 4,
}
