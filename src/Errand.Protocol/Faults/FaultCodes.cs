namespace Errand.Protocol;

/// <summary>The one map from charges and dismissals to their stable codes and to sentences for people.</summary>
public static class FaultCodes
{
    /// <summary>The code, as in <c>fault/double-vote</c>.</summary>
    public static string Code(this FaultCharge charge) => Describe(charge).Code;

    /// <summary>What was done.</summary>
    public static string Sentence(this FaultCharge charge) => Describe(charge).Sentence;

    /// <summary>The code, as in <c>dismissed/finding-right</c>.</summary>
    public static string Code(this FaultDismissal dismissal) => Describe(dismissal).Code;

    /// <summary>Why the accusation does not hold.</summary>
    public static string Sentence(this FaultDismissal dismissal) => Describe(dismissal).Sentence;

    private static (string Code, string Sentence) Describe(FaultCharge charge) => charge switch
    {
        FaultCharge.DoubleVote => ("double-vote", "The verifier signed an accept and a reject of the same evidence in the same round."),
        FaultCharge.WrongFinding => ("wrong-finding", "The verdict does not say what the evidence says."),
        FaultCharge.AppraisalDigest => ("appraisal-digest", "The appraisal digest does not follow from the evidence: it was copied, or made without looking."),
        _ => throw new InvalidOperationException($"Unexpected charge {charge}."),
    };

    private static (string Code, string Sentence) Describe(FaultDismissal dismissal) => dismissal switch
    {
        FaultDismissal.UnknownCase => ("unknown-case", "The entry named did not bring this evidence, or not under this state root. Name the entry that the verdicts are about."),
        FaultDismissal.TooOld => ("too-old", "The evidence is older than a Proof of Trust holds."),
        FaultDismissal.FindingRight => ("finding-right", "The verdict says what the evidence says. Update the software that found otherwise."),
        FaultDismissal.NotProvable => ("not-provable", "The verdict rejects for an answer that the node did not give its verifier, which nobody else can know."),
        FaultDismissal.DigestRight => ("digest-right", "The appraisal digest follows from the evidence. Update the software that found otherwise."),
        _ => throw new InvalidOperationException($"Unexpected dismissal {dismissal}."),
    };
}
