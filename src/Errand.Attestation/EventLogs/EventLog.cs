namespace Errand.Attestation;

/// <summary>
/// A firmware event log in either format (TCG PC Client Platform Firmware Profile, section 10.2). Strict: bytes that are no whole event
/// make the whole log malformed.
/// </summary>
/// <remarks>
/// <code>
/// TCG_PCR_EVENT    pcr (4)  type (4)  SHA-1 digest (20)                       size (4)  data
/// TCG_PCR_EVENT2   pcr (4)  type (4)  count (4)  { algorithm (2)  digest }…   size (4)  data
/// </code>
/// Little-endian. The first event is always a TCG_PCR_EVENT; when it is an EV_NO_ACTION that holds a Spec ID event, the others are of the
/// second form. An EV_NO_ACTION may have the PCR index FFFFFFFFh; as the last record it is Windows' trust point, a statement beside the log. Logs that were copied
/// together with the firmware's memory area end in bytes FFh, at least 16: no event, as their PCR index would be FFFFFFFFh.
/// </remarks>
public sealed class EventLog
{
    /// <summary>The longest log read.</summary>
    public const int SizeMax = 1024 * 1024;

    private const int EventCountMax = 16_384;
    private const int Sha1Size = 20;
    private const uint NoPcrIndex = 0xFFFF_FFFF;
    private const int LocalityMax = 4;
    private const int FillerSizeMin = 16;

    private static ReadOnlySpan<byte> StartupLocalitySignature => "StartupLocality\0"u8;

    private EventLog(EventLogFormat format, IReadOnlyList<TpmAlgorithm> algorithms, IReadOnlyList<LoggedEvent> events, byte? startupLocality, int eventBytes)
    {
        Format = format;
        Algorithms = algorithms;
        Events = events;
        StartupLocality = startupLocality;
        EventBytes = eventBytes;
    }

    /// <summary>The format.</summary>
    public EventLogFormat Format { get; }

    /// <summary>The banks that the log says it covers, in order.</summary>
    public IReadOnlyList<TpmAlgorithm> Algorithms { get; }

    /// <summary>All events in order, those that extend nothing among them.</summary>
    public IReadOnlyList<LoggedEvent> Events { get; }

    /// <summary>The locality that started the TPM, 0 to 4, where the log says so: PCR 0 then begins with it.</summary>
    public byte? StartupLocality { get; }

    /// <summary>Bytes that the events take: all, but for a trust point at the end.</summary>
    public int EventBytes { get; }

    /// <summary>Reads a log; null when it is malformed.</summary>
    public static EventLog? TryParse(ReadOnlySpan<byte> bytes) => TryParse(bytes, filler: 0xFF, firstIndexMax: 0);

    /// <summary>Reads a log that may end in bytes of one value, and whose Spec ID event has no higher index than a given one.</summary>
    internal static EventLog? TryParse(ReadOnlySpan<byte> bytes, byte filler, int firstIndexMax)
    {
        if (bytes.IsEmpty || bytes.Length > SizeMax) return null;
        int end = bytes.LastIndexOfAnyExcept(filler) + 1;
        var reader = new EventLogReader(bytes.ToArray());
        if (ReadSha1Event(ref reader) is not { } first) return null;
        bool isAgile = first.Type == EventTypes.NoAction && first.Data.Span.StartsWith(SpecIdEvent.Signature);
        SpecIdEvent? spec = null;
        if (isAgile)
        {
            spec = SpecIdEvent.TryParse(first.Data);
            if (spec is null || first.PcrIndex is LoggedEvent.NoPcr || first.PcrIndex > firstIndexMax) return null;
        }

        List<LoggedEvent> events = [first];
        int eventBytes = reader.Position;
        while (!reader.AtEnd)
        {
            if (spec is not null && reader.Position >= end && bytes.Length - reader.Position >= FillerSizeMin) break;
            if (events.Count == EventCountMax) return null;
            if ((spec is null ? ReadSha1Event(ref reader) : ReadAgileEvent(ref reader, spec)) is not { } next) return null;
            events.Add(next);
            if (next.PcrIndex != LoggedEvent.NoPcr || !reader.AtEnd) eventBytes = reader.Position;
        }
        // Windows' trust point: a statement beside the log.
        if (events[^1].PcrIndex == LoggedEvent.NoPcr && eventBytes < reader.Position) events.RemoveAt(events.Count - 1);
        return Create(spec, events, eventBytes);
    }

    private static EventLog? Create(SpecIdEvent? spec, List<LoggedEvent> events, int eventBytes)
    {
        if (!TryFindLocality(events, out byte? locality)) return null;
        return spec is null
            ? new EventLog(EventLogFormat.Sha1, [TpmAlgorithm.Sha1], events, locality, eventBytes)
            : new EventLog(EventLogFormat.CryptoAgile, [.. spec.Algorithms.Select(bank => bank.Algorithm)], events, locality, eventBytes);
    }

    private static LoggedEvent? ReadSha1Event(ref EventLogReader reader)
    {
        uint pcr = reader.UInt32();
        uint type = reader.UInt32();
        ReadOnlyMemory<byte> digest = reader.Bytes(Sha1Size);
        ReadOnlyMemory<byte> data = reader.Bytes(reader.UInt32());
        return reader.Failed ? null : Create(pcr, type, [new EventDigest(TpmAlgorithm.Sha1, digest)], data);
    }

    private static LoggedEvent? ReadAgileEvent(ref EventLogReader reader, SpecIdEvent spec)
    {
        uint pcr = reader.UInt32();
        uint type = reader.UInt32();
        uint count = reader.UInt32();
        if (reader.Failed || count > spec.Algorithms.Count) return null;
        var digests = new List<EventDigest>((int)count);
        for (uint i = 0; i < count; i++)
        {
            var algorithm = (TpmAlgorithm)reader.UInt16();
            // A digest of a bank that was not announced has no known size.
            if (spec.SizeOf(algorithm) is not { } size || digests.Exists(other => other.Algorithm == algorithm)) return null;
            digests.Add(new EventDigest(algorithm, reader.Bytes((uint)size)));
        }
        ReadOnlyMemory<byte> data = reader.Bytes(reader.UInt32());
        return reader.Failed ? null : Create(pcr, type, digests, data);
    }

    private static LoggedEvent? Create(uint pcr, uint type, IReadOnlyList<EventDigest> digests, ReadOnlyMemory<byte> data)
    {
        if (pcr == NoPcrIndex && type == EventTypes.NoAction) return new LoggedEvent(LoggedEvent.NoPcr, type, digests, data);
        return pcr >= PcrSet.Count ? null : new LoggedEvent((int)pcr, type, digests, data);
    }

    // At most one, in PCR 0's name, before anything is extended into PCR 0 (section 10.4.5.3).
    private static bool TryFindLocality(List<LoggedEvent> events, out byte? locality)
    {
        locality = null;
        bool extended = false;
        foreach (LoggedEvent item in events)
        {
            if (item.Extends)
            {
                extended |= item.PcrIndex == 0;
                continue;
            }
            if (!item.Data.Span.StartsWith(StartupLocalitySignature)) continue;
            if (item.Data.Length != StartupLocalitySignature.Length + 1 || item.PcrIndex != 0 || extended || locality is not null) return false;
            locality = item.Data.Span[^1];
            if (locality > LocalityMax) return false;
        }
        return true;
    }
}
