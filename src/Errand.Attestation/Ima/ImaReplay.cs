namespace Errand.Attestation;

/// <summary>Recomputes a PCR from a measurement list.</summary>
public static class ImaReplay
{
    /// <summary>
    /// How many entries, from the first, lead to a PCR value: the list may have grown since the quote. Entries for other PCRs count but do
    /// not extend. Null when no beginning of the list leads there, or when an entry before it is not what its template digest is of.
    /// </summary>
    /// <param name="log">The list.</param>
    /// <param name="bank">The PCR's bank.</param>
    /// <param name="pcrIndex">The PCR, mostly 10.</param>
    /// <param name="value">Its value.</param>
    /// <param name="style">How digests go into that bank; told apart by trying, as the list does not say it.</param>
    public static int? FindPrefix(ImaLog log, TpmAlgorithm bank, int pcrIndex, ReadOnlySpan<byte> value, ImaDigestStyle style)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (bank.ToHashName() is null) return null;
        var pcr = new byte[bank.DigestSize()];
        int? found = value.SequenceEqual(pcr) ? 0 : null;
        for (int i = 0; i < log.Entries.Count; i++)
        {
            ImaEntry entry = log.Entries[i];
            if (!IsGenuine(entry)) break;
            if (entry.PcrIndex == pcrIndex) pcr = EventLogReplay.Extend(bank, pcr, Digest(entry, bank, style));
            if (value.SequenceEqual(pcr)) found = i + 1;
        }
        return found;
    }

    /// <summary>What an entry extends into a bank: ones for a violation, else a digest of the template's data.</summary>
    public static byte[] Digest(ImaEntry entry, TpmAlgorithm bank, ImaDigestStyle style)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var digest = new byte[bank.DigestSize()];
        if (entry.IsViolation) digest.AsSpan().Fill(0xFF);
        else if (style == ImaDigestStyle.PerBank) bank.Hash(entry.TemplateData.Span).CopyTo(digest, 0);
        else TpmAlgorithm.Sha1.Hash(entry.TemplateData.Span).CopyTo(digest, 0);
        return digest;
    }

    // The list's own digest: only its first bytes may be compared by others, so it must be right.
    private static bool IsGenuine(ImaEntry entry) => entry.IsViolation || (entry.TemplateDigest.Length switch
    {
        20 => TpmAlgorithm.Sha1,
        32 => TpmAlgorithm.Sha256,
        48 => TpmAlgorithm.Sha384,
        _ => TpmAlgorithm.Sha512,
    }).Hash(entry.TemplateData.Span).AsSpan().SequenceEqual(entry.TemplateDigest.Span);
}
