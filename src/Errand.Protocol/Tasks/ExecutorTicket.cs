using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An executor's claim: its VRF output, 64 bytes as a big-endian number, and its key.</summary>
public sealed record ExecutorTicket(ReadOnlyMemory<byte> Beta, PublicKey Executor) : IComparable<ExecutorTicket>
{
    /// <summary>Lowest output first.</summary>
    public int CompareTo(ExecutorTicket? other)
    {
        if (other is null) return 1;
        int order = Beta.Span.SequenceCompareTo(other.Beta.Span);
        return order != 0 ? order : Executor.CompareTo(other.Executor);
    }
}
