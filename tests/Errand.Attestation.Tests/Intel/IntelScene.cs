using System.Text.Json.Nodes;

namespace Errand.Attestation.Tests;

/// <summary>A platform, a quote and its collateral, all good until something is changed.</summary>
internal sealed class IntelScene(QuoteOptions quote)
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset ThisUpdate = new(2026, 5, 20, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset NextUpdate = new(2026, 6, 19, 0, 0, 0, TimeSpan.Zero);

    public IntelVendor Vendor { get; init; } = IntelVendor.Shared;

    public QuoteOptions Quote { get; } = quote;

    public JsonObject TcbInfo { get; init; } = CollateralMaker.TcbInfo(quote.Tee);

    public JsonObject Identity { get; init; } = CollateralMaker.Identity(quote.Tee);

    /// <summary>Serials on the lists.</summary>
    public byte[] RevokedByCa { get; init; } = [0x77];

    public byte[] RevokedByRoot { get; init; } = [];

    /// <summary>Changes the finished quote.</summary>
    public Func<byte[], byte[]> ChangeQuote { get; init; } = bytes => bytes;

    /// <summary>Changes the finished collateral.</summary>
    public Func<IntelCollateral, IntelCollateral> ChangeCollateral { get; init; } = collateral => collateral;

    public DateTimeOffset At { get; init; } = Now;

    /// <summary>When the revocation lists hold.</summary>
    public DateTimeOffset ListsFrom { get; init; } = ThisUpdate;

    public DateTimeOffset ListsUntil { get; init; } = NextUpdate;

    public TrustedRoots? Roots { get; init; }

    public byte[] QuoteBytes() => ChangeQuote(QuoteMaker.Make(Vendor, Quote));

    public IntelCollateral Collateral() => ChangeCollateral(new IntelCollateral
    {
        TcbInfo = Vendor.Sign("tcbInfo", TcbInfo),
        TcbInfoChain = Vendor.SigningChain(),
        QeIdentity = Vendor.Sign("enclaveIdentity", Identity),
        QeIdentityChain = Vendor.SigningChain(),
        PckCrl = Vendor.PckCrl(Quote.Pck.Issuer, ListsFrom, ListsUntil, RevokedByCa),
        RootCaCrl = Vendor.RootCrl(ListsFrom, ListsUntil, RevokedByRoot),
    });

    public TdxVerification VerifyTdx(IntelCache? cache = null) => TdxVerifier.Verify(QuoteBytes(), Collateral(), Roots ?? Vendor.Roots, At, cache);

    public SgxVerification VerifySgx(IntelCache? cache = null) => SgxVerifier.Verify(QuoteBytes(), Collateral(), Roots ?? Vendor.Roots, At, cache);

    /// <summary>Result and status, whichever TEE it is.</summary>
    public (AttestationResult Result, TcbEvaluation? Tcb) Verify()
    {
        if (Quote.Tee == IntelTeeType.Sgx)
        {
            SgxVerification sgx = VerifySgx();
            Assert.Equal(sgx.Result.Accepted, sgx.Quote is not null);
            return (sgx.Result, sgx.Tcb);
        }
        TdxVerification tdx = VerifyTdx();
        Assert.Equal(tdx.Result.Accepted, tdx.Quote is not null);
        return (tdx.Result, tdx.Tcb);
    }

    /// <summary>Asserts that exactly these checks fail, the first for this reason.</summary>
    public void AssertRejected(AttestationReason reason, params string[] checks)
    {
        AttestationResult result = Verify().Result;
        Assert.Equal(checks, result.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => check.Name));
        Assert.Equal(reason, result.Reason);
    }
}
