namespace Errand.Attestation;

/// <summary>What a form's verification gives.</summary>
/// <param name="Authenticity">All checks.</param>
/// <param name="Claims">What the evidence says; empty unless all checks hold.</param>
/// <param name="Challenge">The bytes that bind it to whoever asked (report data, nonce); null when it has no place for such.</param>
/// <param name="Appraise">Appraises it under the section for its kind; null unless it is authentic, also for what holds together but nobody signed. Gives null when there is no section.</param>
/// <param name="Draft">A policy made of its own values; null unless it is authentic.</param>
internal sealed record FormVerification(
    AttestationResult Authenticity,
    IReadOnlyList<EvidenceClaim> Claims,
    ReadOnlyMemory<byte>? Challenge,
    Func<AppraisalPolicy, AttestationResult?>? Appraise,
    Func<AppraisalPolicy>? Draft)
{
    /// <summary>One that did not get further than its checks.</summary>
    internal static FormVerification Refused(AttestationResult authenticity) => new(authenticity, [], null, null, null);
}
