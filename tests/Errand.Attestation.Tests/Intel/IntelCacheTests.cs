namespace Errand.Attestation.Tests;

/// <summary>A cache changes how long verification takes, and nothing else.</summary>
public sealed class IntelCacheTests
{
    [Fact]
    public void Checks_and_claims_are_the_same_with_a_cache_and_without()
    {
        var cache = new IntelCache();
        var scene = new IntelScene(new QuoteOptions());
        byte[] quote = scene.QuoteBytes();
        IntelCollateral collateral = scene.Collateral();
        TdxVerification plain = TdxVerifier.Verify(quote, collateral, scene.Vendor.Roots, IntelScene.Now);
        for (int i = 0; i < 3; i++)
        {
            TdxVerification cached = TdxVerifier.Verify(quote, collateral, scene.Vendor.Roots, IntelScene.Now, cache);
            Assert.Equal(plain.Result.Checks, cached.Result.Checks);
            Assert.Equal(plain.Result.Validities, cached.Result.Validities);
            Assert.Equal(plain.Quote!.Claims.Encoded.ToArray(), cached.Quote!.Claims.Encoded.ToArray());
        }
        Assert.NotEqual(0, cache.Count);
    }

    [Fact]
    public void Times_roots_and_revocation_are_looked_at_every_time()
    {
        var cache = new IntelCache();
        var scene = new IntelScene(new QuoteOptions());
        byte[] quote = scene.QuoteBytes();
        IntelCollateral collateral = scene.Collateral();
        IntelCollateral revoking = collateral with { PckCrl = scene.Vendor.PckCrl(scene.Quote.Pck.Issuer, IntelScene.ThisUpdate, IntelScene.NextUpdate, 3) };
        Assert.True(Verify(collateral, scene.Vendor.Roots, IntelScene.Now).Accepted);
        Assert.Equal(AttestationReason.CollateralExpired, Verify(collateral, scene.Vendor.Roots, IntelScene.NextUpdate.AddDays(1)).Reason);
        Assert.Equal(AttestationReason.DevelopmentRoot, Verify(collateral, TrustedRoots.None, IntelScene.Now).Reason);
        Assert.Equal(AttestationReason.CertificateRevoked, Verify(revoking, scene.Vendor.Roots, IntelScene.Now).Reason);
        Assert.True(Verify(collateral, scene.Vendor.Roots, IntelScene.Now).Accepted);

        AttestationResult Verify(IntelCollateral given, TrustedRoots roots, DateTimeOffset now) => TdxVerifier.Verify(quote, given, roots, now, cache).Result;
    }

    [Fact]
    public void Bad_collateral_stays_bad_and_good_stays_good()
    {
        var cache = new IntelCache();
        var good = new IntelScene(new QuoteOptions());
        var bad = new IntelScene(new QuoteOptions()) { ChangeCollateral = collateral => collateral with { TcbInfo = collateral.TcbInfo[..^4], PckCrl = new byte[] { 0x30, 0 } } };
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(["pck-crl", "tcb-info"], bad.VerifyTdx(cache).Result.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => check.Name));
            Assert.True(good.VerifyTdx(cache).Result.Accepted);
        }
    }

    [Fact]
    public void Only_collateral_is_kept_however_many_platforms_and_quotes_there_are()
    {
        var cache = new IntelCache();
        IntelVendor vendor = IntelVendor.Shared;
        byte[] ca = vendor.PckCa(new PckOptions().Issuer);
        IntelCollateral collateral = new IntelScene(new QuoteOptions()).Collateral();
        for (byte serial = 1; serial < 8; serial++)
        {
            byte[] chain = IntelVendor.Pem(vendor.Pck(new PckOptions(), serial), ca, vendor.Root);
            Assert.True(TdxVerifier.Verify(QuoteMaker.Make(vendor, new QuoteOptions { CertificationData = chain }), collateral, vendor.Roots, IntelScene.Now, cache).Result.Accepted);
            Assert.Equal(4, cache.Count);
        }
    }

    [Fact]
    public void Nothing_is_kept_that_is_not_authentic_under_a_pinned_root()
    {
        var cache = new IntelCache();
        Assert.False(new IntelScene(new QuoteOptions()) { Roots = TrustedRoots.None }.VerifyTdx(cache).Result.Accepted);
        Assert.Equal(0, cache.Count);
        var other = new IntelVendor();
        var altered = new IntelScene(new QuoteOptions())
        {
            ChangeCollateral = collateral => collateral with
            {
                TcbInfo = other.Sign("tcbInfo", CollateralMaker.TcbInfo(IntelTeeType.Tdx)),
                TcbInfoChain = other.SigningChain(),
                QeIdentity = collateral.QeIdentity[..^4],
                PckCrl = other.PckCrl(new PckOptions().Issuer, IntelScene.ThisUpdate, IntelScene.NextUpdate),
                RootCaCrl = new byte[] { 0x30, 0 },
            },
        };
        Assert.False(altered.VerifyTdx(cache).Result.Accepted);
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Cache_keeps_no_more_than_its_capacity()
    {
        var cache = new IntelCache(capacity: 4);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(new IntelScene(new QuoteOptions()).VerifyTdx(cache).Result.Accepted);
            Assert.InRange(cache.Count, 1, 4);
        }
    }
}
