namespace Errand.Attestation;

/// <summary>Recomputes PCRs from an event log.</summary>
public static class EventLogReplay
{
    private const int DynamicFirst = 17;
    private const int DynamicLast = 22;

    /// <summary>
    /// The PCRs of a bank that events extend, after the last event; null when the bank cannot be computed, or an extending event lacks a
    /// digest for it.
    /// </summary>
    public static PcrBank? Replay(EventLog log, TpmAlgorithm bank)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (bank.ToHashName() is null || !log.Algorithms.Contains(bank)) return null;
        var values = new Dictionary<int, ReadOnlyMemory<byte>>();
        foreach (LoggedEvent item in log.Events)
        {
            if (!item.Extends) continue;
            if (item.Digest(bank) is not { } digest) return null;
            ReadOnlyMemory<byte> value = values.TryGetValue(item.PcrIndex, out ReadOnlyMemory<byte> current) ? current : Initial(item.PcrIndex, bank, log.StartupLocality);
            values[item.PcrIndex] = Extend(bank, value.Span, digest.Span);
        }
        return new PcrBank(bank, values);
    }

    /// <summary>H(value ‖ digest) (TPM 2.0 Part 1, section 17.3).</summary>
    public static byte[] Extend(TpmAlgorithm bank, ReadOnlySpan<byte> value, ReadOnlySpan<byte> digest)
    {
        byte[] input = [.. value, .. digest];
        return bank.Hash(input);
    }

    /// <summary>The PCRs in which a replay and given values differ. PCRs without events are compared with their value after a reset.</summary>
    public static PcrSet FindMismatches(EventLog log, PcrBank replay, PcrBank actual, PcrSet pcrs)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(replay);
        ArgumentNullException.ThrowIfNull(actual);
        uint mask = 0;
        foreach (int index in pcrs.Indices())
        {
            ReadOnlyMemory<byte> expected = replay.Pcrs.Contains(index) ? replay[index] : Initial(index, replay.Algorithm, log.StartupLocality);
            if (!expected.Span.SequenceEqual(actual[index].Span)) mask |= 1u << index;
        }
        return new PcrSet(mask);
    }

    /// <summary>A PCR after TPM2_Startup: zeros, ones for those of a dynamic launch, and the locality in the last byte of PCR 0.</summary>
    private static byte[] Initial(int index, TpmAlgorithm bank, byte? locality)
    {
        var value = new byte[bank.DigestSize()];
        if (index is >= DynamicFirst and <= DynamicLast) value.AsSpan().Fill(0xFF);
        if (index == 0 && locality is { } level) value[^1] = level;
        return value;
    }
}
