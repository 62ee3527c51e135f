using System.Globalization;
using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Cases of event logs: parse, replay, compare with PCR values where the case has some.</summary>
internal static class EventLogVectors
{
    internal static (AttestationResult, JsonObject) Run(VectorCase vector)
    {
        byte[] bytes = vector.Find("event-log") ?? throw new InvalidDataException("The case has no event log.");
        IReadOnlyList<PcrBank> pcrs = vector.Find("pcr-values") is { } json ? VectorCase.ReadPcrs(json) : [];
        var values = new JsonObject();
        return (Verify(bytes, pcrs, values), values);
    }

    /// <summary>Checks a log against PCR values, and adds what is in it to <paramref name="values"/>.</summary>
    internal static AttestationResult Verify(byte[] bytes, IReadOnlyList<PcrBank> pcrs, JsonObject values)
    {
        EventLog? log = EventLog.TryParse(bytes);
        if (log is null) return EventLogVerifier.Verify(bytes, pcrs);

        values["log"] = Describe(log);
        values["secureBoot"] = log.Algorithms.Select(bank => EventLogRules.SecureBoot(log, bank)).FirstOrDefault(on => on is not null);
        var replayed = new JsonObject();
        foreach (TpmAlgorithm algorithm in log.Algorithms)
            if (EventLogReplay.Replay(log, algorithm) is { } bank) replayed[algorithm.BankName()] = Describe(bank);
        values["pcrs"] = replayed;
        values["computedPcrs"] = replayed.DeepClone();
        values["replay"] = DescribeReplay(log, pcrs);
        values["mismatch"] = new JsonObject(values["replay"]!.AsObject().Select(bank => KeyValuePair.Create(bank.Key, (JsonNode?)bank.Value!["mismatches"]!.DeepClone())));
        return EventLogVerifier.Verify(bytes, pcrs);
    }

    /// <summary>Checks a CCEL against the registers of a TDX quote, and adds what it replays to, to <paramref name="values"/>.</summary>
    internal static AttestationResult VerifyCcel(byte[] area, IReadOnlyList<ReadOnlyMemory<byte>> rtmrs, JsonObject values)
    {
        if (CcEventLog.TryParse(area) is { } log && CcEventLog.ReplayRtmrs(log) is { } replay)
        {
            values["eventLog"] = new JsonObject
            {
                ["algorithm"] = TpmAlgorithm.Sha384.BankName(),
                ["replay"] = new JsonObject(replay.Select((register, i) => KeyValuePair.Create($"rtmr{i}", (JsonNode?)Hex(register)))),
                ["events"] = log.Events.Count,
            };
        }
        return CcEventLog.Verify(area, rtmrs);
    }

    /// <summary>For each bank: which PCRs of the log match the given values, and how others differ.</summary>
    internal static JsonObject DescribeReplay(EventLog log, IReadOnlyList<PcrBank> pcrs)
    {
        var all = new JsonObject();
        foreach (PcrBank actual in pcrs)
        {
            if (EventLogReplay.Replay(log, actual.Algorithm) is not { } replay) continue;
            var matches = new JsonArray();
            var mismatches = new JsonObject();
            foreach (int index in replay.Pcrs.Indices().Where(actual.Pcrs.Contains))
            {
                if (replay[index].Span.SequenceEqual(actual[index].Span)) matches.Add(index);
                else mismatches[Text(index)] = new JsonObject { ["replay"] = Hex(replay[index]), ["tpm"] = Hex(actual[index]) };
            }
            all[actual.Algorithm.BankName()] = new JsonObject { ["matches"] = matches, ["mismatches"] = mismatches };
        }
        return all;
    }

    private static JsonObject Describe(EventLog log)
    {
        var described = new JsonObject
        {
            ["format"] = log.Format == EventLogFormat.Sha1 ? "TCG_PCR_EVENT (TPM 1.2, SHA-1)" : "TCG_PCR_EVENT2 (crypto agile)",
            ["algorithms"] = new JsonArray([.. log.Algorithms.Select(algorithm => (JsonNode)algorithm.BankName())]),
            ["events"] = log.Events.Count,
            ["consumedBytes"] = log.EventBytes,
            ["eventTypes"] = new JsonObject(log.Events.GroupBy(item => EventTypes.NameOf(item.Type)).Select(group => KeyValuePair.Create(group.Key, (JsonNode?)group.Count()))),
        };
        if (log.StartupLocality is { } locality) described["startupLocality"] = (int)locality;
        return described;
    }

    private static JsonObject Describe(PcrBank bank) => new(bank.Pcrs.Indices().Select(index => KeyValuePair.Create(Text(index), (JsonNode?)Hex(bank[index]))));

    private static string Text(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
