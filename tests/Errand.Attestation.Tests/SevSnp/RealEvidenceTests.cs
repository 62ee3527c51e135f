namespace Errand.Attestation.Tests;

/// <summary>Policies on reports of real machines.</summary>
public sealed class RealEvidenceTests
{
    private static readonly DateTimeOffset Debugged = new(2023, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Loaned = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Recent = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Report_that_matches_its_policy_is_accepted()
    {
        TeeEvidence evidence = Corpus.Snp("genoa-v5-vcek");
        TeeAppraisal appraisal = TeeAppraiser.Appraise(evidence, PolicyFor(evidence, Recent), Recent);
        Assert.True(appraisal.Result.Accepted, appraisal.Result.FirstFailure?.ToString());
        Assert.False(appraisal.IsDevelopment);
        Assert.Equal(CheckOutcome.NotChecked, appraisal.Result.Find("revocation")!.Outcome);
    }

    [Fact]
    public void T_27_report_of_a_real_debug_guest_is_debug()
    {
        TeeEvidence evidence = Corpus.Snp("milan-v2-vcek-debug");
        AssertOnlyFailure(AttestationReason.Debug, TeeAppraiser.Appraise(evidence, PolicyFor(evidence, Debugged), Debugged));
    }

    [Fact]
    public void T_34_real_milan_report_under_a_floor_without_milan_is_product_line()
    {
        TeeEvidence evidence = Corpus.Snp("milan-v3-vcek");
        TeePolicy policy = PolicyFor(evidence, Loaned);
        var floors = new Dictionary<SnpProductLine, SnpTcbFloor> { [SnpProductLine.Genoa] = SnpTcbFloor.Same(default), [SnpProductLine.Turin] = SnpTcbFloor.Same(default) };
        AssertOnlyFailure(AttestationReason.ProductLine, TeeAppraiser.Appraise(evidence, policy with { SevSnp = policy.SevSnp! with { Floors = floors } }, Loaned));
    }

    [Fact]
    public void T_35_real_report_under_a_vlek_is_chip_masked()
    {
        TeeEvidence evidence = Corpus.Snp("milan-v3-vlek-aws", "vlek.der");
        TeePolicy policy = PolicyFor(evidence, Loaned);
        TeePolicy named = policy with { SevSnp = policy.SevSnp! with { Chip = new SnpChipRule.AnyNamed() } };
        AssertOnlyFailure(AttestationReason.ChipMasked, TeeAppraiser.Appraise(evidence, named, Loaned));
        TeeAppraisal floating = TeeAppraiser.Appraise(evidence, policy with { SevSnp = policy.SevSnp! with { Chip = new SnpChipRule.AnyEvenMasked() } }, Loaned);
        Assert.True(floating.Result.Accepted);
        Assert.Null(floating.ChipId);
    }

    [Fact]
    public void Real_report_without_its_vendors_root_is_untrusted_root()
    {
        TeeEvidence evidence = Corpus.Snp("genoa-v5-vcek");
        TeePolicy policy = PolicyFor(evidence, Recent) with { Roots = TrustedRoots.None };
        AssertOnlyFailure(AttestationReason.UntrustedRoot, TeeAppraiser.Appraise(evidence, policy, Recent));
    }

    [Fact]
    public void Verification_gives_the_same_claims_every_time()
    {
        TeeEvidence evidence = Corpus.Snp("turin-v5-vcek");
        byte[] first = SnpVerifier.Verify(evidence.Report.Span, evidence.Certificates, TrustedRoots.Vendors, Recent).Report!.Claims.Encoded.ToArray();
        for (int i = 0; i < 3; i++) Assert.Equal(first, SnpVerifier.Verify(evidence.Report.Span, evidence.Certificates, TrustedRoots.Vendors, Recent.AddDays(i)).Report!.Claims.Encoded.ToArray());
    }

    /// <summary>The policy that a report satisfies in everything but debug and migration.</summary>
    private static TeePolicy PolicyFor(TeeEvidence evidence, DateTimeOffset now)
    {
        VerifiedSnpReport verified = SnpVerifier.Verify(evidence.Report.Span, evidence.Certificates, TrustedRoots.Vendors, now).Report!;
        SnpReport report = verified.Report;
        return new TeePolicy
        {
            Roots = TrustedRoots.Vendors,
            SevSnp = new SnpPolicy
            {
                References =
                [
                    new SnpReference
                    {
                        Name = "real",
                        ProductLine = verified.ProductLine,
                        Measurement = report.Measurement,
                        Policy = report.Policy,
                        Vmpl = report.Vmpl,
                        GuestSvn = report.GuestSvn,
                        FamilyId = report.FamilyId,
                        ImageId = report.ImageId,
                        HostData = report.HostData,
                        IdKeyDigest = report.IdKeyDigest,
                        AuthorKeyDigest = report.AuthorKeyDigest,
                    },
                ],
                Floors = new Dictionary<SnpProductLine, SnpTcbFloor> { [verified.ProductLine] = SnpTcbFloor.Same(default) },
                Chip = new SnpChipRule.Exactly(report.ChipId),
                Platform = SnpPlatformRule.Any,
                Mitigations = 0,
                Revocation = SnpRevocationRule.WhenGiven,
                ReportData = new SnpReportDataRule.Exactly(report.ReportData),
            },
        };
    }

    private static void AssertOnlyFailure(AttestationReason reason, TeeAppraisal appraisal)
    {
        AttestationCheck failure = Assert.Single(appraisal.Result.Checks, check => check.Outcome == CheckOutcome.Failed);
        Assert.Equal(reason, failure.Reason);
    }
}
