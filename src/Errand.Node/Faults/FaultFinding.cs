using System.Collections.Immutable;
using Errand.Attestation;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What a member of a fault's committee finds (docs/protocol.md section 6.15, R-6.15.19).</summary>
/// <remarks>Pure: all who hold the same entries find the same.</remarks>
/// <param name="Dismissal">Why the accusation does not hold; none when it is upheld.</param>
/// <param name="Claims">What the evidence says, as canonical CBOR.</param>
internal sealed record FaultFinding(FaultDismissal Dismissal, ReadOnlyMemory<byte> Claims)
{
    public bool Upholds => Dismissal == FaultDismissal.None;

    /// <summary>Reason codes of the verdict.</summary>
    public ImmutableArray<ulong> Reasons => Upholds ? [] : [(ulong)Dismissal];

    /// <summary>Appraises the evidence again and holds it against the accused verdicts.</summary>
    /// <param name="question">The accusation.</param>
    /// <param name="evidence">What the entry that it names brought; null if that brought none.</param>
    public static FaultFinding Of(FaultQuestion question, ArchivedEvidence? evidence)
    {
        VerdictEntry first = question.Exhibits[0].Verdict;
        if (evidence is null || !IsAbout(first, evidence) || evidence.Node != question.Fault.Node) return new FaultFinding(FaultDismissal.UnknownCase, default);
        if (question.Epoch - evidence.Epoch > question.AgeMax) return new FaultFinding(FaultDismissal.TooOld, default);
        bool digest = question.Fault.Charge == FaultCharge.AppraisalDigest;
        if (!digest && !IsProvable(first)) return new FaultFinding(FaultDismissal.NotProvable, default);
        AppraisalFinding again = evidence.Appraise();
        FaultDismissal dismissal = digest
            ? IsDigestRight(first, question.Operators[0], again.CanonicalClaims) ? FaultDismissal.DigestRight : FaultDismissal.None
            : first.Accept == again.Accepted ? FaultDismissal.FindingRight : FaultDismissal.None;
        return new FaultFinding(dismissal, again.CanonicalClaims);
    }

    /// <summary>True when others can tell whether a finding is right: not when it rejects for an answer that its verifier alone was not given.</summary>
    public static bool IsProvable(VerdictEntry verdict) =>
        verdict.Role != CommitteeRole.ProofOfTrust || verdict.Accept || !verdict.Reasons.Contains((ulong)AttestationReason.NoAnswer);

    /// <summary>True when an appraisal digest is the one that follows from claims, or its verdict's proof has no output and so never counted.</summary>
    public static bool IsDigestRight(VerdictEntry verdict, PublicKey operatorKey, ReadOnlyMemory<byte> claims)
    {
        Span<byte> beta = stackalloc byte[Vrf.OutputSize];
        return !Vrf.TryProofToHash(verdict.Proof.Span, beta) || verdict.AppraisalDigest == VerdictEntry.AppraisalDigestOf(operatorKey, beta, claims.Span);
    }

    private static bool IsAbout(VerdictEntry verdict, ArchivedEvidence evidence) =>
        verdict.Role == evidence.Role && verdict.CaseId == evidence.CaseId && verdict.Attempt == evidence.Attempt
        && verdict.EvidenceDigest == evidence.Digest && verdict.Root == evidence.Root;
}
