using Errand.Primitives;

namespace Errand.Node;

/// <summary>Names one thing to do, so that it is done once: what, on which case, and in which attempt and round.</summary>
internal readonly record struct DutyId(string What, Bytes32 Case, long Attempt = 0, long Round = 0)
{
    public override string ToString() => $"{What} {Case.ToShortString()}/{Attempt}/{Round}";
}
