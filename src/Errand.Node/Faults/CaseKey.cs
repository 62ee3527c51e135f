using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Names the evidence that verdicts are about.</summary>
internal readonly record struct CaseKey(CommitteeRole Role, Bytes32 CaseId, int Attempt)
{
    public static CaseKey Of(VerdictEntry verdict) => new(verdict.Role, verdict.CaseId, verdict.Attempt);
}
