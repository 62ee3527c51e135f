using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What an executor's chip has to answer for, whichever node it backs. There is one only for a chip that failed an attempt.</summary>
public sealed class ChipState : StateRecord
{
    internal ChipState(Bytes32 id)
        : base(RecordKind.Chip, id)
    {
    }

    /// <summary>Its executor gets no task before this epoch.</summary>
    public long PausedUntilEpoch { get; internal set; }

    /// <summary>Attempts that failed by its executor's doing.</summary>
    public int Strikes { get; internal set; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Array(2).UInt((ulong)PausedUntilEpoch).UInt((ulong)Strikes);

    internal static ChipState ReadFrom(Bytes32 id, ref RecordReader reader)
    {
        reader.Array(2);
        return new ChipState(id) { PausedUntilEpoch = reader.Long(), Strikes = reader.Int() };
    }
}
