using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>The network's clock and its beacon.</summary>
public sealed class ClockState : StateRecord
{
    /// <summary>How many beacon values are kept: of the current epoch and the two before it.</summary>
    public const int HistorySize = 3;

    private readonly BeaconValue[] _history = new BeaconValue[HistorySize];

    internal ClockState(long startMilliseconds, Bytes32 genesisRandomness)
        : base(RecordKind.Clock, default)
    {
        Milliseconds = startMilliseconds;
        _history[0] = new BeaconValue(genesisRandomness, Weak: false);
    }

    /// <summary>Network time in milliseconds since 1970: that of the last deadline that fired or entry that applied.</summary>
    public long Milliseconds { get; internal set; }

    /// <summary>The current epoch.</summary>
    public long Epoch { get; private set; }

    /// <summary>W: verifiers that were qualified when the current epoch opened.</summary>
    public long Weight { get; internal set; }

    /// <summary>R of the current epoch.</summary>
    public BeaconValue Randomness => _history[0];

    /// <summary>64 bytes: the lowest ticket of the current epoch, or null.</summary>
    public ReadOnlyMemory<byte>? LowestTicket { get; internal set; }

    /// <summary>R of an epoch that is still kept.</summary>
    public bool TryGetRandomness(long epoch, out BeaconValue value)
    {
        long age = Epoch - epoch;
        value = age is >= 0 and < HistorySize && epoch >= 0 ? _history[age] : default;
        return age is >= 0 and < HistorySize && epoch >= 0;
    }

    internal void OpenEpoch(BeaconValue randomness)
    {
        Array.Copy(_history, 0, _history, 1, HistorySize - 1);
        _history[0] = randomness;
        LowestTicket = null;
        Epoch++;
    }

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Array(6).UInt((ulong)Milliseconds).UInt((ulong)Epoch).UInt((ulong)Weight).Bytes((LowestTicket ?? default).Span);
        writer.Array(HistorySize);
        foreach (BeaconValue value in _history) writer.Bytes(value.Randomness);
        writer.Array(HistorySize);
        foreach (BeaconValue value in _history) writer.Bool(value.Weak);
    }

    internal void ReadFrom(ref RecordReader reader)
    {
        reader.Array(6);
        Milliseconds = reader.Long();
        Epoch = reader.Long();
        Weight = reader.Long();
        ReadOnlySpan<byte> ticket = reader.BytesUpTo(ProtocolSizes.Hash64);
        if (ticket.Length is not (0 or ProtocolSizes.Hash64)) reader.Fail();
        // Not "? null :": null would become an empty ticket on its way, and no ticket is lower than that.
        LowestTicket = null;
        if (!ticket.IsEmpty) LowestTicket = ticket.ToArray();
        Span<Bytes32> randomness = stackalloc Bytes32[HistorySize];
        reader.Array(HistorySize);
        for (int i = 0; i < HistorySize; i++) randomness[i] = reader.Bytes32();
        reader.Array(HistorySize);
        for (int i = 0; i < HistorySize; i++) _history[i] = new BeaconValue(randomness[i], reader.Bool());
    }
}
