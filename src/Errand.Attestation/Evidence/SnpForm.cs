namespace Errand.Attestation;

/// <summary>SEV-SNP: a report, and among the certificates its VCEK or VLEK with the two above it.</summary>
internal sealed class SnpForm : EvidenceForm
{
    private const int LeafCountMax = 8;

    internal override EvidenceKind Kind => EvidenceKind.SevSnp;

    internal override string Code => "sev-snp";

    internal override string Title => "an SEV-SNP report";

    internal override IReadOnlyList<EvidenceRole> Once { get; } = [EvidenceRole.SnpReport];

    internal override IReadOnlyList<EvidenceClaim>? Describe(EvidenceBundle evidence) =>
        SnpReport.TryParse(evidence.Find(EvidenceRole.SnpReport)!.Bytes.Span) is { } report ? [.. Describe(report)] : null;

    internal override FormVerification Verify(VerificationContext context)
    {
        ReadOnlyMemory<byte> report = context.Take(EvidenceRole.SnpReport)!.Value;
        SnpVerification verification = Verify(context, report);
        if (verification.Report is not { } verified) return FormVerification.Refused(verification.Result);

        ClaimList claims = Describe(verified.Report);
        claims.Add("product-line", verified.ProductLine.ToString());
        foreach ((string name, SnpTcb tcb) in new[] { ("reported", verified.ReportedTcb), ("committed", verified.CommittedTcb), ("launch", verified.LaunchTcb), ("current", verified.CurrentTcb) })
            claims.Add($"tcb.{name}", tcb.ToString());
        RootClaims.Add(claims, verified.Root);
        return new FormVerification(verification.Result, [.. claims], verified.Report.ReportData,
            policy => policy.SevSnp is { } section ? SnpAppraiser.Appraise(verified, section) : null,
            () => AppraisalPolicy.Nothing with { SevSnp = SnpPolicyFile.Draft(verified) });
    }

    // Several endorsement keys may be at hand, as those of a chip's earlier firmware: one that fits is enough.
    private static SnpVerification Verify(VerificationContext context, ReadOnlyMemory<byte> report)
    {
        SnpVerification? first = null;
        foreach (Certificate leaf in context.Pool.Named("SEV-VCEK").Concat(context.Pool.Named("SEV-VLEK")).Take(LeafCountMax))
        {
            IReadOnlyList<Certificate> certificates = context.Pool.ChainFrom(leaf);
            // Where one is missing, those that are there in its stead show what does not fit.
            if (certificates.Count < SnpVerifier.ChainLength) certificates = [.. certificates.Concat(context.Pool.All.Except(certificates)).Take(SnpVerifier.ChainLength)];
            IReadOnlyList<ReadOnlyMemory<byte>> chain = CertificatePool.Encode(certificates);
            SnpVerification verification = SnpVerifier.Verify(report.Span, chain, context.Roots, context.Now, context.Cache?.Issuers, context.Pool.Lists);
            if (verification.Report is not null || first is null) context.Use([.. chain, context.Pool.ListOf(certificates[^1])]);
            if (verification.Report is not null) return verification;
            first ??= verification;
        }
        return first ?? SnpVerifier.Verify(report.Span, CertificatePool.Encode(context.Pool.All.Take(CertificateChain.LengthMax)), context.Roots, context.Now);
    }

    private static ClaimList Describe(SnpReport report)
    {
        ClaimList claims = new()
        {
            { "version", (ulong)report.Version }, { "measurement", report.Measurement }, { "report-data", report.ReportData }, { "host-data", report.HostData },
            { "policy", report.Policy.ToString() }, { "debug", report.Policy.AllowsDebug }, { "migratable", report.Policy.AllowsMigration }, { "vmpl", report.Vmpl }, { "guest-svn", report.GuestSvn },
            { "family-id", report.FamilyId }, { "image-id", report.ImageId }, { "id-key-digest", report.IdKeyDigest }, { "author-key-digest", report.AuthorKeyDigest },
            { "report-id", report.ReportId }, { "chip-id", report.ChipId }, { "signing-key", report.SigningKey.ToString() }, { "platform-info", $"0x{report.PlatformInfo:x}" },
            { "reported-tcb", report.ReportedTcb },
        };
        return claims;
    }
}
