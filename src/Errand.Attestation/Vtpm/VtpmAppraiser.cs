namespace Errand.Attestation;

/// <summary>Appraises a software TPM's verified report: report data, TPM, event log, machine state.</summary>
public static class VtpmAppraiser
{
    private const TpmAlgorithm Bank = TpmAlgorithm.Sha256;

    /// <summary>What decides what runs: firmware (0), kernel (4), command line and initrd (9). A listed state without one of them would leave that part to the host.</summary>
    public static PcrSet DecisivePcrs { get; } = PcrSet.Of(0, 4, 9);

    /// <summary>Appraises. The first failing check, in the order below, gives the reason.</summary>
    public static AttestationResult Appraise(VerifiedVtpm verified, VtpmPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(verified);
        ArgumentNullException.ThrowIfNull(policy);
        var checks = new CheckList();
        ReadOnlySpan<byte> quoted = verified.Quote.ExtraData.Span;
        checks.Require(policy.ReportData.Length == VtpmReport.ReportDataSize && quoted.SequenceEqual(policy.ReportData.Span), "report-data", AttestationReason.ReportData,
            Convert.ToHexStringLower(policy.ReportData.Span), Convert.ToHexStringLower(quoted), "The report was made for another task, attempt or keys. Take a new one.");
        if (policy.TpmId is { } tpm)
        {
            bool same = verified.TpmId.Span.SequenceEqual(tpm.Span);
            checks.Require(same, "vtpm-id", AttestationReason.ChipMismatch, Convert.ToHexStringLower(tpm.Span), Convert.ToHexStringLower(verified.TpmId.Span), "Another TPM made the report. Use the one that the executor qualified with.");
        }
        else
        {
            checks.Skip("vtpm-id", "The policy takes any TPM.");
        }
        CheckState(checks, verified, policy);
        return checks.ToResult();
    }

    private static void CheckState(CheckList checks, VerifiedVtpm verified, VtpmPolicy policy)
    {
        const string LogName = "event-log-replay", ReferenceName = "vtpm-reference";
        if (policy.References is not { } references)
        {
            checks.Skip(LogName, "The policy takes any state.");
            checks.Skip(ReferenceName, "The policy takes any state.");
            return;
        }
        EventLog? log = EventLog.TryParse(verified.EventLog.Span);
        PcrBank? replay = log is null ? null : EventLogReplay.Replay(log, Bank);
        string fault = log is null || replay is null ? "malformed, or without SHA-256 digests"
            : EventLogReplay.FindMismatches(log, replay, verified.Pcrs, VtpmReport.QuotedPcrs) is { Size: > 0 } mismatches ? $"differs in {mismatches}"
            : EventLogRules.FindFault(log, Bank, VtpmReport.QuotedPcrs) ?? "";
        checks.Require(fault.Length == 0, LogName, AttestationReason.EventLog, "the log replays to the quoted PCRs, with one separator in each of the firmware's", fault.Length == 0 ? "it does" : fault,
            "The log does not explain what the TPM measured. Offer the log of this boot, unchanged.");

        int?[] differences = [.. references.Select(reference => FirstDifference(reference, verified.Pcrs))];
        int match = Array.IndexOf(differences, null);
        checks.Require(match >= 0, ReferenceName, AttestationReason.Measurement, "a listed machine state",
            match >= 0 ? references[match].Name : $"differs in [{string.Join(", ", references.Select((reference, i) => $"{reference.Name}: PCR {differences[i]}"))}]",
            "The machine booted firmware, a kernel, an initrd or a command line that is not listed. Boot a listed state, or ask the network's governance to list this one.");
    }

    private static int? FirstDifference(PlatformReference reference, PcrBank actual)
    {
        foreach (int index in DecisivePcrs.Indices())
            if (!reference.Pcrs.ContainsKey(index)) return index;
        return reference.FirstDifference(actual);
    }
}
