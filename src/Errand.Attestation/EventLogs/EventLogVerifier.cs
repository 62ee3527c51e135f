namespace Errand.Attestation;

/// <summary>Checks an event log by itself, or against PCR values that are already trusted.</summary>
public static class EventLogVerifier
{
    /// <summary>
    /// Parses a log and replays it: every PCR that the log extends, and that has a value in one of the banks, must match. A bank for which
    /// some event has no digest cannot be replayed and is reported as not checked.
    /// </summary>
    public static AttestationResult Verify(ReadOnlySpan<byte> log, IReadOnlyList<PcrBank> banks)
    {
        ArgumentNullException.ThrowIfNull(banks);
        var checks = new CheckList();
        EventLog? parsed = EventLog.TryParse(log);
        checks.Require(parsed is not null, "event-log-format", AttestationReason.Malformed, "TCG_PCR_EVENT or TCG_PCR_EVENT2 records", parsed is null ? $"{log.Length} bytes of something else" : $"{parsed.Events.Count} events",
            "The event log is unreadable. Offer the firmware's own log, unchanged.");
        if (parsed is null) return checks.ToResult();
        foreach (PcrBank bank in banks)
        {
            string name = $"event-log-replay-{bank.Algorithm.BankName()}";
            if (EventLogReplay.Replay(parsed, bank.Algorithm) is not { } replay)
            {
                checks.Skip(name, $"The log does not give every event's digest for bank {bank.Algorithm.BankName()}.");
                continue;
            }
            PcrSet mismatches = EventLogReplay.FindMismatches(parsed, replay, bank, new PcrSet(replay.Pcrs.Mask & bank.Pcrs.Mask));
            checks.Require(mismatches.Size == 0, name, AttestationReason.PcrMismatch, "the log replays to the given PCRs", mismatches.Size == 0 ? "it does" : $"differs in {mismatches}",
                "The log does not explain what the TPM measured. Offer the log of this boot, unchanged.");
        }
        return checks.ToResult();
    }
}
