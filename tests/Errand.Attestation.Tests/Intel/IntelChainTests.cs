namespace Errand.Attestation.Tests;

/// <summary>Certificates of quotes: chain, profile, pin, times, revocation.</summary>
public sealed class IntelChainTests
{
    private static readonly PckOptions Pck = new();
    private static readonly DateTimeOffset Expired = new(2032, 2, 1, 0, 0, 0, TimeSpan.Zero);

    private static IntelVendor Vendor => IntelVendor.Shared;

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 0)]
    public void Certificates_in_any_order_are_one_chain(int first, int second, int third)
    {
        byte[][] chain = [Vendor.Pck(Pck), Vendor.PckCa(Pck.Issuer), Vendor.Root];
        Assert.True(With(chain[first], chain[second], chain[third]).Verify().Result.Accepted);
    }

    [Fact]
    public void Missing_doubled_or_foreign_certificate_is_malformed()
    {
        byte[] leaf = Vendor.Pck(Pck), ca = Vendor.PckCa(Pck.Issuer), other = Vendor.PckCa("Intel SGX PCK Processor CA");
        AssertMalformed(leaf, ca);
        AssertMalformed(leaf, Vendor.Root);
        AssertMalformed(leaf, ca, ca);
        AssertMalformed(leaf, leaf, ca);
        AssertMalformed(leaf, other, Vendor.Root);
        AssertMalformed(leaf, ca, Vendor.Root, Vendor.Root);
        AssertMalformed(leaf, ca, [1, 2, 3]);
        AssertMalformed();

        void AssertMalformed(params byte[][] chain) => Assert.Equal(AttestationReason.Malformed, With(chain).Verify().Result.Reason);
    }

    [Fact]
    public void Text_between_certificates_is_malformed()
    {
        byte[] chain = [.. "subject=CN\n"u8, .. Vendor.PckChain(Pck)];
        Assert.Equal(AttestationReason.Malformed, new IntelScene(new QuoteOptions { CertificationData = chain }).Verify().Result.Reason);
    }

    [Fact]
    public void Leaf_of_another_ca_is_certificate_chain()
    {
        var other = new IntelVendor();
        With(other.Pck(Pck), Vendor.PckCa(Pck.Issuer), Vendor.Root).AssertRejected(AttestationReason.CertificateChain, "certificate-chain", "qe-report-signature");
    }

    [Fact]
    public void Ca_of_another_root_is_certificate_chain()
    {
        var other = new IntelVendor();
        AttestationResult result = With(Vendor.Pck(Pck), other.PckCa(Pck.Issuer), Vendor.Root).Verify().Result;
        Assert.Equal(AttestationReason.CertificateChain, result.Reason);
    }

    [Fact]
    public void Whole_chain_of_another_root_is_untrusted_development_root()
    {
        var scene = new IntelScene(new QuoteOptions()) { Vendor = new IntelVendor(), Roots = TrustedRoots.Vendors };
        scene.AssertRejected(AttestationReason.DevelopmentRoot, "root");
    }

    [Fact]
    public void Root_pinned_for_something_else_is_root_class()
    {
        TrustedRoots roots = TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.AwsNitro, "test", Vendor.RootDigest);
        new IntelScene(new QuoteOptions()) { Roots = roots }.AssertRejected(AttestationReason.RootClass, "root");
    }

    [Theory]
    [InlineData("SGX PCK Certificate")]
    [InlineData("Intel SGX TCB Signing")]
    public void Leaf_with_another_name_is_certificate_chain(string subject) =>
        new IntelScene(new QuoteOptions { Pck = Pck with { Subject = subject } }).AssertRejected(AttestationReason.CertificateChain, "certificate-profile");

    [Fact]
    public void Leaf_without_a_good_extension_is_certificate_chain() =>
        new IntelScene(new QuoteOptions { Pck = Pck with { Extension = [0x30, 0] } }).AssertRejected(AttestationReason.CertificateChain, "certificate-profile");

    [Fact]
    public void Certificates_after_their_end_are_certificate_expired()
    {
        AttestationResult result = new IntelScene(new QuoteOptions()) { At = Expired }.Verify().Result;
        Assert.Equal(AttestationReason.CertificateExpired, result.Reason);
        Assert.Equal("certificate-validity", result.FirstFailure!.Name);
        Assert.Equal(CheckOutcome.Failed, result.Find("tcb-info-signer-validity")!.Outcome);
    }

    [Fact]
    public void Revoked_platform_is_certificate_revoked() =>
        new IntelScene(new QuoteOptions()) { RevokedByCa = [3] }.AssertRejected(AttestationReason.CertificateRevoked, "pck-revocation");

    [Theory]
    [InlineData(2)] // the platform's CA
    [InlineData(4)] // the signer of collateral
    public void Whatever_the_root_revokes_is_certificate_revoked(byte serial) =>
        new IntelScene(new QuoteOptions()) { RevokedByRoot = [serial] }.AssertRejected(AttestationReason.CertificateRevoked, "ca-revocation");

    [Fact]
    public void List_of_the_other_ca_is_collateral() => WithLists(collateral => collateral with { PckCrl = Vendor.PckCrl("Intel SGX PCK Processor CA", IntelScene.ThisUpdate, IntelScene.NextUpdate) })
        .AssertRejected(AttestationReason.Collateral, "pck-crl");

    [Fact]
    public void List_signed_by_another_key_is_collateral() => WithLists(collateral => collateral with { RootCaCrl = new IntelVendor().RootCrl(IntelScene.ThisUpdate, IntelScene.NextUpdate) })
        .AssertRejected(AttestationReason.Collateral, "ca-crl");

    [Fact]
    public void List_that_is_none_is_collateral() => WithLists(collateral => collateral with { PckCrl = new byte[] { 0x30, 0 } }).AssertRejected(AttestationReason.Collateral, "pck-crl");

    [Fact]
    public void List_out_of_its_time_is_collateral_expired()
    {
        WithLists(collateral => collateral with { PckCrl = Vendor.PckCrl(Pck.Issuer, IntelScene.ThisUpdate, IntelScene.Now.AddSeconds(-1)) })
            .AssertRejected(AttestationReason.CollateralExpired, "pck-crl-validity");
        WithLists(collateral => collateral with { RootCaCrl = Vendor.RootCrl(IntelScene.Now.AddSeconds(1), IntelScene.NextUpdate) })
            .AssertRejected(AttestationReason.CollateralExpired, "ca-crl-validity");
        Assert.True(WithLists(collateral => collateral with { PckCrl = Vendor.PckCrl(Pck.Issuer, IntelScene.Now, IntelScene.Now.AddSeconds(1)) }).Verify().Result.Accepted);
    }

    [Fact]
    public void Missing_lists_are_not_checked_and_the_verified_quote_says_so()
    {
        foreach (Func<IntelCollateral, IntelCollateral> change in (Func<IntelCollateral, IntelCollateral>[])[collateral => collateral with { PckCrl = default }, collateral => collateral with { RootCaCrl = default }])
        {
            TdxVerification verification = WithLists(change).VerifyTdx();
            Assert.True(verification.Result.Accepted);
            Assert.Single(verification.Result.Checks, check => check.Outcome == CheckOutcome.NotChecked);
            Assert.False(verification.Quote!.Platform.RevocationChecked);
        }
        Assert.True(new IntelScene(new QuoteOptions()).VerifyTdx().Quote!.Platform.RevocationChecked);
    }

    private static IntelScene With(params byte[][] chain) => new(new QuoteOptions { CertificationData = IntelVendor.Pem(chain) });

    private static IntelScene WithLists(Func<IntelCollateral, IntelCollateral> change) => new(new QuoteOptions()) { ChangeCollateral = change };
}
