using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Something that happens by itself at a network time. Ordered by (due, kind, case id).</summary>
internal readonly record struct Deadline(long Due, DeadlineKind Kind, Bytes32 CaseId) : IComparable<Deadline>
{
    public int CompareTo(Deadline other)
    {
        int order = Due.CompareTo(other.Due);
        // As numbers: comparing enums themselves would box them.
        if (order == 0) order = ((int)Kind).CompareTo((int)other.Kind);
        return order != 0 ? order : CaseId.CompareTo(other.CaseId);
    }
}
