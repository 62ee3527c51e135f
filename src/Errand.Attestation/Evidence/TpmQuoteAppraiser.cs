namespace Errand.Attestation;

/// <summary>Appraises an authentic TPM quote under a policy. All checks are made, so a rejection names everything that is wrong.</summary>
public static class TpmQuoteAppraiser
{
    /// <summary>Appraises. The first failing check gives the reason.</summary>
    public static AttestationResult Appraise(VerifiedTpmQuote verified, TpmQuotePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(verified);
        ArgumentNullException.ThrowIfNull(policy);
        var checks = new CheckList();
        string? weakness = verified.Key is { } key ? AttestationKeyRule.FindFault(key) : null;
        checks.Require(weakness is null, "key-strength", AttestationReason.AkAttributes, "SHA-256 or longer", weakness ?? "it is", "The key signs with a hash that is broken. Make an attestation key with SHA-256.");
        CheckKey(checks, verified, policy.Key);
        CheckNonce(checks, verified.Quote, policy.Nonce);
        CheckReference(checks, verified, policy.References);
        CheckLog(checks, verified, policy);
        if (policy.Ima is not { } section) return checks.ToResult();
        checks.Require(verified.Ima is not null, "ima-log", AttestationReason.ImaFile, "a measurement list that leads to the quoted PCR 10", verified.Ima is null ? "none" : $"{verified.Ima.Entries.Count} entries",
            "Give the kernel's list, from /sys/kernel/security/ima/binary_runtime_measurements, and quote PCR 10.");
        return verified.Ima is { } ima ? checks.ToResult().Then(ImaAppraiser.Appraise(ima, section)) : checks.ToResult();
    }

    private static void CheckKey(CheckList checks, VerifiedTpmQuote verified, TpmKeyRule rule)
    {
        const string Name = "key";
        const string Remedy = "Nothing shows that this key is in a TPM that you trust. List its Name, or have its certificate chain end at a root of an allowed class.";
        switch (rule)
        {
            case TpmKeyRule.NotChecked:
                checks.Skip(Name, "The policy takes any key: whoever holds one can sign quotes, also without a TPM.");
                break;
            case TpmKeyRule.OneOf oneOf:
                byte[] name = verified.Key?.Name ?? [];
                checks.Require(name.Length > 0 && oneOf.Names.Any(listed => listed.Span.SequenceEqual(name)), Name, AttestationReason.AkAttributes, "one of the listed keys",
                    name.Length == 0 ? "a key without its public area" : Convert.ToHexStringLower(name), Remedy);
                break;
            case TpmKeyRule.Certified certified:
                checks.Require(verified.Key is not null && verified.Root is { } root && certified.Classes.Contains(root.Class), Name, AttestationReason.RootClass, $"a restricted key certified under {string.Join(" or ", certified.Classes)}",
                    verified.Root is null ? "no certificate" : verified.Key is null ? "a key without its public area" : $"{verified.Root.Name} ({verified.Root.Class})", Remedy);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }
    }

    private static void CheckNonce(CheckList checks, TpmsAttest quote, TpmNonceRule rule)
    {
        switch (rule)
        {
            case TpmNonceRule.NotChecked:
                checks.Skip("nonce", "The policy does not say what the quote must be bound to: it may be of any time.");
                break;
            case TpmNonceRule.Exactly exactly:
                QuoteVerifier.RequireNonce(checks, quote, exactly.Nonce.Span, []);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }
    }

    private static void CheckReference(CheckList checks, VerifiedTpmQuote verified, IReadOnlyList<TpmQuoteReference> references)
    {
        string[] differences = [.. references.Select(reference => reference.FirstDifference(verified) is { } difference ? $"{reference.Name}: {difference}" : "")];
        int match = Array.IndexOf(differences, "");
        checks.Require(match >= 0, "measurement", AttestationReason.Measurement, "one of the listed machine states in every PCR",
            match >= 0 ? references[match].Name : $"differs in [{string.Join(", ", differences)}]", "The machine is in no listed state. Start what is listed, or list this state after looking at what changed.");
    }

    private static void CheckLog(CheckList checks, VerifiedTpmQuote verified, TpmQuotePolicy policy)
    {
        if (!policy.EventLogRequired && !policy.SecureBootRequired)
        {
            checks.Skip("event-log", "The policy asks for no event log; one that was given was replayed.");
            return;
        }
        // A log in which nobody checked the quoted bank explains nothing.
        TpmAlgorithm? bank = verified.Quote.Selections.Select(selection => (TpmAlgorithm?)selection.Bank).FirstOrDefault(candidate =>
            candidate is { } algorithm && algorithm != TpmAlgorithm.Sha1 && verified.Log is { } log && EventLogReplay.Replay(log, algorithm) is not null);
        string? fault = verified.Log is null ? "no log" : bank is null ? "a log without a quoted bank of SHA-256 or longer" : EventLogRules.FindFault(verified.Log, bank.Value, Quoted(verified, bank.Value));
        checks.Require(fault is null, "event-log", AttestationReason.EventLog, "a complete log of this boot", fault ?? $"{verified.Log!.Events.Count} events", "Give the firmware's own log, from /sys/kernel/security/tpm0/binary_bios_measurements.");
        if (!policy.SecureBootRequired) return;
        bool? secureBoot = fault is null && Quoted(verified, bank!.Value).Contains(7) ? EventLogRules.SecureBoot(verified.Log!, bank.Value) : null;
        checks.Require(secureBoot == true, "secure-boot", AttestationReason.SecureBoot, "on, as the log says and the quoted PCR 7 confirms", secureBoot switch { true => "on", false => "off", null => "unknown" }, "Switch Secure Boot on, and quote PCR 7 with its log.");
    }

    private static PcrSet Quoted(VerifiedTpmQuote verified, TpmAlgorithm bank) => verified.Quote.Selections.First(selection => selection.Bank == bank).Pcrs;
}
