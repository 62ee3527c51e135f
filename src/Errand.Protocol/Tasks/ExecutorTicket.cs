using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An executor's claim: its VRF output, 64 bytes as a big-endian number, and its key.</summary>
internal sealed record ExecutorTicket(byte[] Beta, PublicKey Executor) : IComparable<ExecutorTicket>
{
    public int CompareTo(ExecutorTicket? other)
    {
        if (other is null) return 1;
        int order = Beta.AsSpan().SequenceCompareTo(other.Beta);
        return order != 0 ? order : Executor.CompareTo(other.Executor);
    }
}
