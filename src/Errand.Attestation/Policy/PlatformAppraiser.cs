namespace Errand.Attestation;

/// <summary>The one entry point for platform evidence: verify, then appraise. A pure function of its arguments.</summary>
public static class PlatformAppraiser
{
    private const TpmAlgorithm Bank = TpmAlgorithm.Sha256;

    /// <summary>Verifies and appraises evidence at a time. Never throws for content.</summary>
    public static PlatformAppraisal Appraise(PlatformEvidence evidence, PlatformPolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        PlatformVerification verification = PlatformVerifier.Verify(evidence, policy.Roots, policy.RootClasses, now);
        return new PlatformAppraisal
        {
            Result = verification.Platform is { } platform ? verification.Result.Then(Appraise(platform, policy)) : verification.Result,
            Platform = verification.Platform,
        };
    }

    /// <summary>Appraises verified evidence. The first failing check, in the order below, gives the reason.</summary>
    public static AttestationResult Appraise(VerifiedPlatform platform, PlatformPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(policy);
        var checks = new CheckList();
        CheckTpm(checks, platform, policy);
        QuoteVerifier.RequireNonce(checks, platform.Quote, policy.Nonce.Span, policy.ExpiredNonces);
        CheckPcrs(checks, platform, policy);
        EventLog? log = CheckLog(checks, platform, policy);
        CheckSecureBoot(checks, log, policy);
        CheckReference(checks, platform, policy);
        return CheckIma(checks, platform, policy);
    }

    // R-6.1.4.22
    private static AttestationResult CheckIma(CheckList checks, VerifiedPlatform platform, PlatformPolicy policy)
    {
        const string Name = "ima-list";
        if (platform.Ima is not { } ima)
        {
            if (policy.RequireIma)
            {
                checks.Require(false, Name, AttestationReason.ImaMissing, "a measurement list with its quote", "none",
                    "This network wants to know what runs on its machines. Boot with an IMA policy, and offer the kernel's list: errand node enrol --ima-list FILE.");
            }
            else checks.Skip(Name, "The machine offers no measurement list, and the policy asks for none.");
            return checks.ToResult();
        }
        checks.Require(ima.Quote.ExtraData.Span.SequenceEqual(platform.Quote.ExtraData.Span), "ima-nonce", AttestationReason.Nonce, Convert.ToHexStringLower(platform.Quote.ExtraData.Span), Convert.ToHexStringLower(ima.Quote.ExtraData.Span),
            "The list's quote was made for something else than the machine's. Quote both for one offer.");
        var expected = new PcrSelection(Bank, ImaEvidence.Quoted(policy.RequiredPcrs));
        checks.Require(ima.Quote.Selections is [var only] && only == expected, "ima-pcr-selection", AttestationReason.PcrSelection, expected.ToString(), string.Join(' ', ima.Quote.Selections),
            "Quote the PCRs that the network requires, and PCRs 0 to 10, of the SHA-256 bank.");
        bool sameBoot = ima.Quote.ClockInfo.ResetCount == platform.Quote.ClockInfo.ResetCount && ima.Quote.ClockInfo.RestartCount == platform.Quote.ClockInfo.RestartCount;
        checks.Require(sameBoot, "ima-boot", AttestationReason.PlatformChanged, $"reset {platform.Quote.ClockInfo.ResetCount}, restart {platform.Quote.ClockInfo.RestartCount}",
            $"reset {ima.Quote.ClockInfo.ResetCount}, restart {ima.Quote.ClockInfo.RestartCount}", "The machine was started again between the two quotes. Make the offer anew.");
        AttestationResult result = checks.ToResult();
        if (!result.Accepted) return result;
        ImaVerification verification = ImaVerifier.Verify(ImaLog.TryParse(ima.List.Span), ima.Pcrs);
        result = result.Then(verification.Result);
        return verification.Log is { } log && policy.Ima is { } rules ? result.Then(ImaAppraiser.Appraise(log, rules)) : result;
    }

    private static void CheckTpm(CheckList checks, VerifiedPlatform platform, PlatformPolicy policy)
    {
        EkCertificate certificate = platform.Certificate;
        EkTemplate? expected = policy.EkTemplates.TryGetValue(certificate.Vendor, out EkTemplate template) ? template : null;
        EkTemplate? actual = EkTemplates.Recognise(platform.EndorsementKey);
        checks.Require(expected is not null && actual == expected, "ek-template", AttestationReason.EkTemplate, expected?.ToString() ?? "a listed vendor", $"{actual?.ToString() ?? "another template"} of {certificate.Vendor}",
            "One TPM has several endorsement keys; the network takes one kind per vendor. Offer that one.");
        DeniedTpm? denied = policy.DeniedTpms.FirstOrDefault(entry => entry.Matches(certificate, platform.Quote.FirmwareVersion));
        checks.Require(denied is null, "tpm-denied", AttestationReason.TpmDenied, "not on the deny list", $"{certificate.Vendor} {certificate.Model} firmware {platform.Quote.FirmwareVersion:x16}",
            "This TPM has a known weakness. Update its firmware, or use another machine.");
    }

    private static void CheckPcrs(CheckList checks, VerifiedPlatform platform, PlatformPolicy policy)
    {
        IReadOnlyList<PcrSelection> quoted = platform.Quote.Selections;
        var required = new PcrSelection(Bank, policy.RequiredPcrs);
        bool exact = quoted is [var only] && only == required && policy.RequiredPcrs is { Size: > 0, IsWellFormed: true } && platform.Pcrs.Pcrs == policy.RequiredPcrs;
        checks.Require(exact, "pcr-selection", AttestationReason.PcrSelection, required.ToString(), string.Join(' ', quoted), "Quote exactly the PCRs that the network requires, of the SHA-256 bank.");
        var untouched = new PcrSet(0);
        foreach (int index in platform.Pcrs.Pcrs.Indices())
            if (!platform.Pcrs[index].Span.ContainsAnyExcept((byte)0) || !platform.Pcrs[index].Span.ContainsAnyExcept((byte)0xFF)) untouched = new PcrSet(untouched.Mask | 1u << index);
        checks.Require(untouched.Size == 0, "pcr-zero", AttestationReason.PcrZero, "every quoted PCR extended", untouched.Size == 0 ? "so" : untouched.ToString(),
            "A PCR was never extended: whoever extends it later writes the machine's history. Boot with measured boot switched on.");
    }

    private static EventLog? CheckLog(CheckList checks, VerifiedPlatform platform, PlatformPolicy policy)
    {
        EventLog? log = EventLog.TryParse(platform.EventLog.Span);
        PcrBank? replay = log is null ? null : EventLogReplay.Replay(log, Bank);
        checks.Require(replay is not null, "event-log-format", AttestationReason.EventLog, "a well-formed log with SHA-256 digests", log is null ? "malformed" : "no SHA-256 digest for some event",
            "The event log is unreadable. Offer the firmware's own log, binary_bios_measurements, unchanged.");
        if (log is null || replay is null) return null;
        PcrSet mismatches = EventLogReplay.FindMismatches(log, replay, platform.Pcrs, policy.RequiredPcrs);
        bool replays = checks.Require(mismatches.Size == 0, "event-log-replay", AttestationReason.EventLog, "the log replays to the quoted PCRs", mismatches.Size == 0 ? "it does" : $"differs in {mismatches}",
            "The log does not explain what the TPM measured. Offer the log of this boot, unchanged.");
        string? fault = EventLogRules.FindFault(log, Bank, policy.RequiredPcrs);
        bool wellFormed = checks.Require(fault is null, "event-log-separators", AttestationReason.EventLog, "one separator in each firmware PCR", fault ?? "so",
            "The firmware did not finish its measurements. Update it, or boot again.");
        return replays && wellFormed ? log : null;
    }

    private static void CheckSecureBoot(CheckList checks, EventLog? log, PlatformPolicy policy)
    {
        const string Name = "secure-boot";
        if (!policy.RequireSecureBoot) checks.Skip(Name, "The policy does not require Secure Boot.");
        else
        {
            // The variable is trusted only when the log replayed to a quoted PCR 7.
            bool? on = log is not null && policy.RequiredPcrs.Contains(7) ? EventLogRules.SecureBoot(log, Bank) : null;
            checks.Require(on == true, Name, AttestationReason.SecureBoot, "on", on switch { true => "on", false => "off", null => "not shown" }, "Switch Secure Boot on in the firmware's setup and boot again.");
        }
    }

    private static void CheckReference(CheckList checks, VerifiedPlatform platform, PlatformPolicy policy)
    {
        const string Name = "platform-reference";
        switch (policy.Class)
        {
            case PlatformClass.Identity:
                checks.Skip(Name, "The policy asks for a genuine TPM only (class identity).");
                break;
            case PlatformClass.Platform:
                int?[] differences = [.. policy.References.Select(reference => reference.FirstDifference(platform.Pcrs))];
                int match = Array.IndexOf(differences, null);
                checks.Require(match >= 0, Name, AttestationReason.Measurement, "a listed machine state",
                    match >= 0 ? policy.References[match].Name : $"differs in [{string.Join(", ", policy.References.Select((reference, i) => $"{reference.Name}: PCR {differences[i]}"))}]",
                    "The machine runs firmware or software that is not listed. Boot a listed state, or ask the network's governance to list this one.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(policy));
        }
    }
}
