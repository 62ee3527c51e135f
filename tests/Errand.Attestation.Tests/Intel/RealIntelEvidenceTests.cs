using Errand.Primitives;

namespace Errand.Attestation.Tests;

/// <summary>Policies on quotes of real machines.</summary>
public sealed class RealIntelEvidenceTests
{
    private static readonly DateTimeOffset Debugged = new(2023, 6, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Relaunchable = new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset UpToDate = new(2025, 6, 20, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Domain_that_matches_its_policy_is_accepted()
    {
        VerifiedTdxQuote verified = Verify("v4-b0c06f-uptodate-2025", UpToDate);
        AttestationResult result = TdxAppraiser.Appraise(verified, PolicyFor(verified));
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
        Assert.True(CanonicalCbor.IsCanonical(verified.Claims.Encoded.Span));
    }

    [Fact]
    public void T_27_real_debug_domain_is_debug()
    {
        VerifiedTdxQuote verified = Verify("v4-50806f-debug-2023", Debugged);
        AssertOnlyFailure(AttestationReason.Debug, TdxAppraiser.Appraise(verified, PolicyFor(verified)));
    }

    [Fact]
    public void Domain_that_should_be_launched_again_is_tcb_status_unless_allowed()
    {
        VerifiedTdxQuote verified = Verify("v5-90c06f-td-relaunch-advised", Relaunchable);
        TdxPolicy policy = PolicyFor(verified);
        AssertOnlyFailure(AttestationReason.TcbStatus, TdxAppraiser.Appraise(verified, policy));
        Assert.True(TdxAppraiser.Appraise(verified, policy with { Platform = policy.Platform with { AllowedStatuses = [IntelTcbStatus.TDRelaunchAdvised] } }).Accepted);
    }

    [Fact]
    public void T_32_evidence_is_appraised_at_its_time_however_late()
    {
        Assert.Equal(AttestationReason.None, VerifyResult("v4-b0c06f-uptodate-2025", UpToDate).Result.Reason);
        Assert.Equal(AttestationReason.CertificateExpired, VerifyResult("v4-b0c06f-uptodate-2025", UpToDate.AddYears(10)).Result.Reason);
        Assert.Equal(AttestationReason.CollateralExpired, VerifyResult("v4-b0c06f-uptodate-2025", UpToDate.AddMonths(3)).Result.Reason);
    }

    [Fact]
    public void Real_quote_without_its_vendors_root_is_untrusted_root()
    {
        byte[] quote = Corpus.File("tdx", "v4-b0c06f-uptodate-2025", "quote.bin");
        Assert.Equal(AttestationReason.UntrustedRoot, TdxVerifier.Verify(quote, IntelCollateral.None, TrustedRoots.None, UpToDate).Result.Reason);
    }

    [Fact]
    public void What_fails_first_is_the_collateral_with_the_earliest_next_update() =>
        Assert.Equal(("pck-crl-validity", new DateTimeOffset(2025, 7, 19, 10, 0, 35, TimeSpan.Zero)),
            (VerifyResult("v4-b0c06f-uptodate-2025", UpToDate).Result.WillFailAt!.Check, VerifyResult("v4-b0c06f-uptodate-2025", UpToDate).Result.WillFailAt!.Until));

    [Fact]
    public void Both_certificates_of_the_intel_root_have_the_pinned_key()
    {
        foreach (byte[] root in Corpus.Role("tdx", "root-certificate").Concat(Corpus.Role("sgx", "root-certificate")))
        {
            Assert.True(TrustedRoots.Vendors.TryFind(Certificate.TryParse(root)!.SpkiDigest, out TrustedRoot? pinned));
            Assert.Equal(RootClass.IntelSgx, pinned.Class);
        }
        IntelQuote older = IntelQuote.TryParse(Corpus.File("sgx", "v3-00906e-chain-out-of-order", "quote.bin"))!;
        Certificate inQuote = PemCertificates.TryRead(older.Signature.CertificationData.Span, 3)!.Select(der => Certificate.TryParse(der)!).Single(certificate => certificate.IsSelfIssued);
        Assert.Equal(2033, inQuote.NotAfter.Year);
        Assert.True(TrustedRoots.Vendors.TryFind(inQuote.SpkiDigest, out _));
    }

    private static TdxPolicy PolicyFor(VerifiedTdxQuote verified) => IntelPolicies.For(verified.Report) with
    {
        Platform = IntelPolicies.Platform with
        {
            Advisories = new IntelAdvisoryRule.Any(),
            EvaluationDataNumberMin = verified.Platform.Tcb!.EvaluationDataNumber,
            Identity = new IntelPlatformRule.ExactlyInstance(verified.Platform.Pck.PlatformInstanceId!.Value),
        },
    };

    private static VerifiedTdxQuote Verify(string name, DateTimeOffset now) => VerifyResult(name, now) is { Quote: { } quote } ? quote : throw new InvalidOperationException(VerifyResult(name, now).Result.FirstFailure!.ToString());

    private static TdxVerification VerifyResult(string name, DateTimeOffset now)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> chain = Corpus.Pem(Corpus.File("tdx", name, "tcb-signing-chain.pem"));
        var collateral = new IntelCollateral
        {
            TcbInfo = Corpus.File("tdx", name, "tcb-info.json"),
            TcbInfoChain = chain,
            QeIdentity = Corpus.File("tdx", name, "qe-identity.json"),
            QeIdentityChain = chain,
            PckCrl = Corpus.File("tdx", name, "pck-crl.der"),
            RootCaCrl = Corpus.File("tdx", name, "root-ca-crl.der"),
        };
        return TdxVerifier.Verify(Corpus.File("tdx", name, "quote.bin"), collateral, TrustedRoots.Vendors, now);
    }

    private static void AssertOnlyFailure(AttestationReason reason, AttestationResult result) =>
        Assert.Equal(reason, Assert.Single(result.Checks, check => check.Outcome == CheckOutcome.Failed).Reason);
}
