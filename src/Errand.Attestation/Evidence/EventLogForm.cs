namespace Errand.Attestation;

/// <summary>A firmware event log without a quote: it can be read and replayed, but nobody vouches for it.</summary>
internal sealed class EventLogForm : EvidenceForm
{
    internal override EvidenceKind Kind => EvidenceKind.EventLog;

    internal override string Code => "event-log";

    internal override string Title => "a firmware event log";

    internal override bool IsMain => false;

    internal override IReadOnlyList<EvidenceRole> Once { get; } = [EvidenceRole.EventLog, EvidenceRole.PcrValues];

    internal override IReadOnlyList<EvidenceClaim>? Describe(EvidenceBundle evidence)
    {
        ClaimList claims = new();
        ReadOnlySpan<byte> bytes = evidence.Find(EvidenceRole.EventLog)!.Bytes.Span;
        if (EventLog.TryParse(bytes) is { } log) Describe(claims, log, log.Algorithms);
        else if (CcEventLog.TryParse(bytes) is { } guest) DescribeGuest(claims, guest);
        else return null;
        return [.. claims];
    }

    internal override FormVerification Verify(VerificationContext context)
    {
        ReadOnlyMemory<byte> bytes = context.Take(EvidenceRole.EventLog)!.Value;
        AttestationResult result = PcrValues.Read(context, out IReadOnlyList<PcrBank> banks);
        // A CCEL is no log of PCRs, and without a quote there are no registers to hold it against.
        bool guest = EventLog.TryParse(bytes.Span) is null && CcEventLog.TryParse(bytes.Span) is not null;
        result = result.Then(guest
            ? AttestationResult.Of(new AttestationCheck("event-log-format", CheckOutcome.Passed, AttestationReason.None, "TCG_PCR_EVENT2 records of a confidential guest", "they are", ""))
            : EventLogVerifier.Verify(bytes.Span, banks));
        if (banks.Count == 0)
            result = result.Then(AttestationResult.Of(new AttestationCheck("event-log-replay", CheckOutcome.NotChecked, AttestationReason.None, "", "", "No PCR values were given to hold the log against. Give them as JSON.")));
        result = result.Then(AttestationResult.Of(new AttestationCheck("signature", CheckOutcome.NotChecked, AttestationReason.None, "", "", "Nobody signs an event log. Give the TPM's or TEE's quote with it.")));
        return result.Accepted ? new FormVerification(result, Describe(context.Evidence) ?? [], null, null, null) : FormVerification.Refused(result);
    }

    /// <summary>Adds what a log says. Facts are read from <paramref name="banks"/> only, of which every event has a digest: other digests may be made up, as no PCR value is held against them.</summary>
    internal static void Describe(ClaimList claims, EventLog log, IEnumerable<TpmAlgorithm> banks)
    {
        claims.Add("log-format", log.Format == EventLogFormat.Sha1 ? "TCG_PCR_EVENT" : "TCG_PCR_EVENT2");
        claims.Add("log-banks", string.Join(", ", log.Algorithms.Select(algorithm => algorithm.BankName())));
        claims.Add("log-events", (ulong)log.Events.Count);
        if (log.StartupLocality is { } locality) claims.Add("log-startup-locality", locality);
        if (banks.Where(bank => EventLogReplay.Replay(log, bank) is not null).Select(bank => EventLogRules.SecureBoot(log, bank)).FirstOrDefault(on => on is not null) is { } secureBoot) claims.Add("secure-boot", secureBoot);
        foreach (TpmAlgorithm algorithm in log.Algorithms)
        {
            if (EventLogReplay.Replay(log, algorithm) is not { } bank) continue;
            foreach (int index in bank.Pcrs.Indices()) claims.Add($"replay.{algorithm.BankName()}.{index}", bank[index]);
        }
    }

    private static void DescribeGuest(ClaimList claims, EventLog log)
    {
        claims.Add("log-format", "CCEL");
        claims.Add("log-events", (ulong)log.Events.Count);
        if (CcEventLog.ReplayRtmrs(log) is not { } registers) return;
        for (int i = 0; i < registers.Count; i++) claims.Add($"replay.rtmr{i}", registers[i]);
    }
}
