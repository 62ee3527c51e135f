using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// Verifies that the beginning of a measurement list is what the kernel extended into PCR 10. Which files may run is
/// <see cref="ImaAppraiser"/>'s question.
/// </summary>
/// <remarks>
/// 1. The list parses. 2. Some beginning of it replays to the quoted PCR 10; what was appended after the quote is left out. 3. The first
/// entry is the boot aggregate, and is the digest of the quoted firmware PCRs: 0 to 7, or 0 to 9 (Linux 5.8 and later, not for SHA-1).
/// </remarks>
public static class ImaVerifier
{
    /// <summary>The PCR that the kernel extends.</summary>
    public const int PcrIndex = 10;

    private const int AggregateLast = 7;
    private const int AggregateLastWithBootLoader = 9;

    /// <summary>Verifies a list against a quoted bank that has PCR 10; with PCRs 0 to 7 or 0 to 9, the boot aggregate too.</summary>
    public static ImaVerification Verify(ImaLog? log, PcrBank quoted)
    {
        ArgumentNullException.ThrowIfNull(quoted);
        var checks = new CheckList();
        // 1.
        checks.Require(log is not null, "ima-format", AttestationReason.Malformed, "a measurement list", log is null ? "something else" : $"{log.Entries.Count} entries",
            "The measurement list is unreadable. Offer the kernel's own, unchanged and whole.");
        if (log is null) return new ImaVerification(checks.ToResult(), null);

        // 2.
        ReadOnlyMemory<byte> value = quoted[PcrIndex];
        int? count = null;
        ImaDigestStyle style = default;
        foreach (ImaDigestStyle candidate in (ReadOnlySpan<ImaDigestStyle>)[ImaDigestStyle.PerBank, ImaDigestStyle.PaddedSha1])
        {
            count = value.IsEmpty ? null : ImaReplay.FindPrefix(log, quoted.Algorithm, PcrIndex, value.Span, candidate);
            style = candidate;
            if (count is not null) break;
        }
        // What was extended into other PCRs is not vouched for by this one.
        ImaEntry[] entries = [.. log.Entries.Take(count ?? 0).Where(entry => entry.PcrIndex == PcrIndex)];
        checks.Require(entries.Length > 0, "ima-replay", AttestationReason.PcrMismatch, $"the list leads to PCR {PcrIndex} of bank {quoted.Algorithm.BankName()}",
            value.IsEmpty ? "not quoted" : count is null ? "no beginning of it does" : $"{entries.Length} of {log.Entries.Count} entries do",
            "The list does not explain what the kernel measured. Read it after the quote, and offer it whole.");
        if (entries.Length == 0) return new ImaVerification(checks.ToResult(), null);
        var verified = new VerifiedImaLog(entries, style);

        // 3.
        CheckAggregate(checks, verified.Entries[0], quoted);
        return new ImaVerification(checks.ToResult(), checks.Failed ? null : verified);
    }

    private static void CheckAggregate(CheckList checks, ImaEntry first, PcrBank quoted)
    {
        const string Name = "ima-boot-aggregate";
        bool named = first.Path == ImaEntry.BootAggregate && !first.IsViolation;
        string[] expected = [.. Aggregates(quoted).Select(digest => $"{quoted.Algorithm.BankName()}:{Convert.ToHexStringLower(digest)}")];
        if (named && (expected.Length == 0 || first.HashName != quoted.Algorithm.BankName()))
        {
            checks.Skip(Name, $"The boot aggregate is of bank {first.HashName}, of which PCRs 0 to {AggregateLast} were not given.");
            return;
        }
        checks.Require(named && expected.Contains(first.DigestText), Name, AttestationReason.ImaBootAggregate, expected.Length == 0 ? ImaEntry.BootAggregate : string.Join(" or ", expected),
            named ? first.DigestText : first.Path, "The list is of another boot than the firmware's PCRs. Offer the list and the quote of one boot.");
    }

    private static IEnumerable<byte[]> Aggregates(PcrBank quoted)
    {
        foreach (int last in (int[])[AggregateLast, AggregateLastWithBootLoader])
        {
            var pcrs = new PcrSet((1u << (last + 1)) - 1);
            if ((pcrs.Mask & ~quoted.Pcrs.Mask) == 0) yield return CryptographicOperations.HashData(quoted.Algorithm.ToHashName()!.Value, quoted.Concatenate(pcrs));
        }
    }
}
