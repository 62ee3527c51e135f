namespace Errand.Protocol;

/// <summary>Why a member of a fault's committee finds for the accused: the reason codes of its verdict (docs/protocol.md section 13.8). The fold does not interpret them.</summary>
public enum FaultDismissal
{
    /// <summary>Not allowed on the wire.</summary>
    None = 0,

    /// <summary>The entry named did not bring this evidence of this node to a case with this state root.</summary>
    UnknownCase = 1,

    /// <summary>The evidence is older than a Proof of Trust holds.</summary>
    TooOld = 2,

    /// <summary>The verdict says what the evidence says.</summary>
    FindingRight = 3,

    /// <summary>The verdict rejects for an answer that the node did not give it: nobody else can know.</summary>
    NotProvable = 4,

    /// <summary>The appraisal digest follows from the evidence.</summary>
    DigestRight = 5,
}
