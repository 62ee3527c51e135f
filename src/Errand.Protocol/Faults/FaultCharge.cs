namespace Errand.Protocol;

/// <summary>What verifiers can be charged with. Numbers are on the wire and never reused. (R-6.15.1)</summary>
public enum FaultCharge
{
    /// <summary>Not allowed on the wire.</summary>
    None = 0,

    /// <summary>Two verdicts of one verifier on one question, of which one accepts and one rejects. Proven by the two alone.</summary>
    DoubleVote = 1,

    /// <summary>A verdict that does not say what the evidence says. A committee appraises the evidence again.</summary>
    WrongFinding = 2,

    /// <summary>An appraisal digest that does not follow from the evidence: copied, or made without looking. A committee works it out again.</summary>
    AppraisalDigest = 3,
}
