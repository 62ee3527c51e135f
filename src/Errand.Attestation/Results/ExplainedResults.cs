namespace Errand.Attestation;

/// <summary>Puts results into words.</summary>
internal static class ExplainedResults
{
    internal static ExplainedResult Of(EvidenceForm form, VerificationContext context, FormVerification verification, AttestationResult? appraisal, bool hasPolicy, DateTimeOffset now)
    {
        AttestationResult all = appraisal is null ? verification.Authenticity : verification.Authenticity.Then(appraisal);
        Verdict verdict = verification.Authenticity.FirstFailure is not null || !verification.Authenticity.Accepted || appraisal?.FirstFailure is not null || (verification.Appraise is not null && appraisal is { Accepted: false }) ? Verdict.Rejected
            : verification.Appraise is null ? Verdict.Unsigned
            : hasPolicy ? Verdict.Accepted : Verdict.Authentic;
        return new ExplainedResult
        {
            Verdict = verdict,
            Reason = all.Reason.ToCode(),
            Sentence = Sentence(verdict, form, all, nonceChecked: appraisal is not null),
            Kind = form.Code,
            AppraisedAt = now,
            Files = [.. context.Evidence.Files.Concat(context.Collateral.Files).Select(file => new ExplainedFile(file.Name, file.Role.ToCode(), context.Used.Contains(file.Name)))],
            Authenticity = Step(verification.Authenticity),
            Appraisal = appraisal is null ? null : Step(appraisal),
            WillFailAt = End(all, verdict),
            Claims = Claims(verification.Authenticity.Accepted ? verification.Claims : []),
        };
    }

    private static string Sentence(Verdict verdict, EvidenceForm form, AttestationResult all, bool nonceChecked) => verdict switch
    {
        Verdict.Accepted => "The evidence is authentic and acceptable under the policy.",
        Verdict.Authentic when nonceChecked => "The evidence is authentic and carries the nonce. No policy was given: whether it is acceptable was not looked at.",
        Verdict.Authentic => "The evidence is authentic. Neither policy nor nonce was given: whether it is acceptable, and made for you, was not looked at.",
        Verdict.Unsigned => "What was given holds together, but nobody signed it: anyone can make it, and it shows nothing without a quote and what vouches for it.",
        Verdict.Rejected => all.FirstFailure is { } failure ? $"Rejected by {failure.Name}: {failure.Explanation}" : "Nothing was checked that could be accepted.",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    private static OrderedDictionary<string, string> Claims(IEnumerable<EvidenceClaim> claims)
    {
        var named = new OrderedDictionary<string, string>();
        foreach (EvidenceClaim claim in claims) named.TryAdd(claim.Name, claim.Value);
        return named;
    }

    private static ExplainedStep Step(AttestationResult result) =>
        new(result.FirstFailure is not null ? CheckOutcome.Failed : result.Accepted ? CheckOutcome.Passed : CheckOutcome.NotChecked, result.Reason.ToCode(), [.. result.Checks.Select(Explain)]);

    private static ExplainedCheck Explain(AttestationCheck check) => new(check.Name, check.Outcome, check.Reason.ToCode(), check.Expected, check.Actual, check.Outcome switch
    {
        CheckOutcome.Passed => $"{check.Name} holds: expected {check.Expected}; found {check.Actual}.",
        CheckOutcome.Failed => $"{check.Name} fails: expected {check.Expected}; found {check.Actual}. {check.Explanation}",
        CheckOutcome.NotChecked => $"{check.Name} was not checked. {check.Explanation}",
        _ => throw new ArgumentOutOfRangeException(nameof(check)),
    });

    // What was refused does not begin to fail.
    private static ExplainedEnd? End(AttestationResult all, Verdict verdict) => verdict == Verdict.Rejected || all.WillFailAt is not { } end
        ? null
        : new ExplainedEnd(end.Until, end.Check, end.Subject, $"From {end.Until:u} on {end.Check} fails: the {end.Subject} ends.");
}
