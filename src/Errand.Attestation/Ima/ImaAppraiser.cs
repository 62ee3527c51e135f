namespace Errand.Attestation;

/// <summary>Appraises a verified measurement list under a policy.</summary>
public static class ImaAppraiser
{
    private const int NamedMax = 5;

    /// <summary>Appraises. All checks are made; refused files are named by path and digest, the first five of them.</summary>
    public static AttestationResult Appraise(VerifiedImaLog verified, ImaPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(verified);
        ArgumentNullException.ThrowIfNull(policy);
        var checks = new CheckList();
        checks.Require(policy.AllowPaddedSha1 || verified.Style == ImaDigestStyle.PerBank, "ima-digest-style", AttestationReason.PcrSelection, "digests with the bank's own hash", verified.Style.ToString(),
            "The kernel pads SHA-1 digests. Run Linux 5.8 or later.");
        int violations = verified.Entries.Count(entry => entry.IsViolation);
        if (policy.AllowViolations) checks.Skip("ima-violations", $"The policy passes over violations; there are {violations}.");
        else
        {
            checks.Require(violations == 0, "ima-violations", AttestationReason.ImaViolation, "no violations", violations == 0 ? "none" : $"{violations}, the first of {verified.Entries.First(entry => entry.IsViolation).Path}",
                "Files changed while they were measured, so that nobody knows what ran. Find out what writes to them, and boot again.");
        }
        ImaEntry[] refused = [.. verified.Entries.Skip(1).Where(entry => !entry.IsViolation && !policy.AllowedDigests.Contains(entry.DigestText))];
        checks.Require(refused.Length == 0, "ima-files", AttestationReason.ImaFile, $"{policy.AllowedDigests.Count} allowed digests",
            refused.Length == 0 ? $"{verified.Entries.Count} entries" : $"{refused.Length} others: {string.Join(", ", refused.Take(NamedMax).Select(entry => $"{entry.Path} {entry.DigestText}"))}",
            "The machine ran something that is not listed. Remove it, or list it.");
        return checks.ToResult();
    }
}
