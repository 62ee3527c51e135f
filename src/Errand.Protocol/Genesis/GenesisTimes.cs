using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Windows and periods of a network.</summary>
public sealed record GenesisTimes
{
    /// <summary>Length of an epoch; at most the clock step, so that a tick after an outage always has something to fire.</summary>
    public required long EpochMilliseconds { get; init; }

    /// <summary>Epochs for which founding verifiers may judge without having been judged.</summary>
    public required long FoundingEpochs { get; init; }

    /// <summary>Epochs for which a Proof of Trust holds.</summary>
    public required long QualificationEpochs { get; init; }

    /// <summary>How long owners have to accept.</summary>
    public required long AcceptMilliseconds { get; init; }

    /// <summary>How long executors have to claim.</summary>
    public required long ClaimMilliseconds { get; init; }

    /// <summary>How long the winner has to bring evidence.</summary>
    public required long EvidenceMilliseconds { get; init; }

    /// <summary>How long a committee has in one round.</summary>
    public required long RoundMilliseconds { get; init; }

    /// <summary>How long owners have to release; an approval is no longer valid afterwards.</summary>
    public required long ReleaseMilliseconds { get; init; }

    /// <summary>How long the enclave has to run and bring a receipt.</summary>
    public required long RunMilliseconds { get; init; }

    /// <summary>How long a result that is not inline must be served.</summary>
    public required long ServeMilliseconds { get; init; }

    /// <summary>Epochs for which an executor that failed an attempt gets no task.</summary>
    public required long PauseEpochs { get; init; }

    internal bool IsSound =>
        EpochMilliseconds is > 0 and <= ProtocolLimits.ClockStepMilliseconds
        && FoundingEpochs > 0 && QualificationEpochs > 1
        && AcceptMilliseconds > 0 && ClaimMilliseconds > 0 && EvidenceMilliseconds > 0 && RoundMilliseconds > 0
        && ReleaseMilliseconds > 0 && RunMilliseconds > 0 && ServeMilliseconds > 0;

    internal void WriteTo(CanonicalWriter writer) => writer.Map(11)
        .Key(0).UInt((ulong)EpochMilliseconds)
        .Key(1).UInt((ulong)FoundingEpochs)
        .Key(2).UInt((ulong)QualificationEpochs)
        .Key(3).UInt((ulong)AcceptMilliseconds)
        .Key(4).UInt((ulong)ClaimMilliseconds)
        .Key(5).UInt((ulong)EvidenceMilliseconds)
        .Key(6).UInt((ulong)RoundMilliseconds)
        .Key(7).UInt((ulong)ReleaseMilliseconds)
        .Key(8).UInt((ulong)RunMilliseconds)
        .Key(9).UInt((ulong)ServeMilliseconds)
        .Key(10).UInt((ulong)PauseEpochs);

    internal static GenesisTimes Read(ref FieldReader outer, int key)
    {
        GenesisTimes times = Read(outer.Item(key), out FieldError error);
        outer.Fail(error);
        return times;
    }

    internal static GenesisTimes Read(ReadOnlySpan<byte> map, out FieldError error)
    {
        var fields = new FieldReader(map);
        var times = new GenesisTimes
        {
            EpochMilliseconds = fields.Int(0),
            FoundingEpochs = fields.Int(1),
            QualificationEpochs = fields.Int(2),
            AcceptMilliseconds = fields.Int(3),
            ClaimMilliseconds = fields.Int(4),
            EvidenceMilliseconds = fields.Int(5),
            RoundMilliseconds = fields.Int(6),
            ReleaseMilliseconds = fields.Int(7),
            RunMilliseconds = fields.Int(8),
            ServeMilliseconds = fields.Int(9),
            PauseEpochs = fields.Int(10, 1 << 20),
        };
        if (!times.IsSound) fields.Fail(FieldError.Malformed);
        error = fields.Close();
        return times;
    }
}
