namespace Errand.Attestation;

/// <summary>
/// The event log of a confidential guest without a TPM, as the ACPI table CCEL points to it (UEFI 2.10 section 38, ACPI 6.5 section
/// 5.2.34): TCG_PCR_EVENT2 records whose index names a measurement register of the TEE, in an area that is filled up behind the last one.
/// </summary>
public static class CcEventLog
{
    /// <summary>Measurement registers that a TDX guest's software extends: RTMR0 to RTMR3.</summary>
    public const int RegisterCount = 4;

    /// <summary>Bytes of a register: SHA-384.</summary>
    public const int RegisterSize = 48;

    private const TpmAlgorithm Hash = TpmAlgorithm.Sha384;

    // The firmware extends RTMR0 and RTMR1 at every boot and logs it; what extends RTMR2 and RTMR3 later may have no log.
    private const int FirmwareRegisterCount = 2;

    /// <summary>Reads the area of a CCEL: a crypto-agile log, then nothing but bytes 00h or nothing but bytes FFh. Null when it is malformed.</summary>
    public static EventLog? TryParse(ReadOnlySpan<byte> area)
    {
        if (area.IsEmpty) return null;
        // Firmware writes the Spec ID event with the index of RTMR0.
        byte filler = area[^1] == 0 ? (byte)0 : (byte)0xFF;
        return EventLog.TryParse(area, filler, firstIndexMax: 1) is { Format: EventLogFormat.CryptoAgile } log ? log : null;
    }

    /// <summary>
    /// RTMR0 to RTMR3 of a TDX guest after the last event, 48 bytes each; a register that no event extends stays zero. Null when the log has no
    /// SHA-384 digests or extends another register.
    /// </summary>
    /// <remarks>
    /// The index of an event is 0 for MRTD and 1 to 4 for RTMR0 to RTMR3 (Intel TDX virtual firmware design guide, section 8). Nothing extends
    /// MRTD once the guest runs, so an event for it that claims to is no event of this guest.
    /// </remarks>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? ReplayRtmrs(EventLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (!log.Algorithms.Contains(Hash)) return null;
        byte[][] registers = [.. Enumerable.Range(0, RegisterCount).Select(_ => new byte[RegisterSize])];
        foreach (LoggedEvent item in log.Events)
        {
            if (!item.Extends) continue;
            if (item.PcrIndex is < 1 or > RegisterCount || item.Digest(Hash) is not { } digest) return null;
            registers[item.PcrIndex - 1] = EventLogReplay.Extend(Hash, registers[item.PcrIndex - 1], digest.Span);
        }
        return [.. registers.Select(register => (ReadOnlyMemory<byte>)register)];
    }

    /// <summary>
    /// Checks a CCEL against the registers of a quote that is already trusted, RTMR0 to RTMR3: every register that the log extends must match.
    /// One that it does not extend is reported as not checked, unless it is zero: its measurements stand in a log of their own, or in none.
    /// </summary>
    /// <exception cref="ArgumentException">There are not four registers of 48 bytes.</exception>
    public static AttestationResult Verify(ReadOnlySpan<byte> area, IReadOnlyList<ReadOnlyMemory<byte>> rtmrs)
    {
        ArgumentNullException.ThrowIfNull(rtmrs);
        if (rtmrs.Count != RegisterCount || rtmrs.Any(register => register.Length != RegisterSize)) throw new ArgumentException("A TDX guest has four registers of 48 bytes.", nameof(rtmrs));
        var checks = new CheckList();
        EventLog? log = TryParse(area);
        IReadOnlyList<ReadOnlyMemory<byte>>? replay = log is null ? null : ReplayRtmrs(log);
        checks.Require(replay is not null, "event-log-format", AttestationReason.Malformed, "TCG_PCR_EVENT2 records with SHA-384 digests for RTMR0 to RTMR3",
            log is null ? $"{area.Length} bytes of something else" : $"{log.Events.Count} events", "The event log is unreadable. Offer the guest's own CCEL, unchanged.");
        if (log is null || replay is null) return checks.ToResult();
        for (int i = 0; i < RegisterCount; i++)
        {
            string name = $"event-log-replay-rtmr{i}";
            bool extended = log.Events.Any(item => item.Extends && item.PcrIndex == i + 1);
            if (i >= FirmwareRegisterCount && !extended && rtmrs[i].Span.ContainsAnyExcept((byte)0)) checks.Skip(name, $"RTMR{i} was extended, but not by what this log tells of.");
            else
            {
                checks.Require(replay[i].Span.SequenceEqual(rtmrs[i].Span), name, AttestationReason.PcrMismatch, Convert.ToHexStringLower(rtmrs[i].Span), Convert.ToHexStringLower(replay[i].Span),
                    "The log does not explain what the guest measured. Offer the log of this boot, unchanged.");
            }
        }
        return checks.ToResult();
    }
}
