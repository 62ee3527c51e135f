using System.Text.Json;

namespace Errand.Attestation.Tests;

/// <summary>No parser of Intel's formats throws or allocates beyond bounds, and no changed quote or document is taken for what it was.</summary>
public sealed class IntelFuzzTests
{
    [Theory]
    [InlineData("tdx-4")]
    [InlineData("tdx-5-1.5")]
    [InlineData("sgx-3")]
    public void Quotes(string kind)
    {
        var scene = new IntelScene(IntelVerifierTests.OptionsOf(kind));
        byte[] good = scene.QuoteBytes();
        IntelCollateral collateral = scene.Collateral();
        byte[] signed = IntelQuote.TryParse(good)!.Signed.ToArray();
        var cache = new IntelCache();
        ParserFuzzTests.Fuzz([good], bytes =>
        {
            if (IntelQuote.TryParse(bytes) is not { } quote) return;
            Assert.True(bytes.AsSpan().StartsWith(quote.Encoded.Span));
            // Where certificates are written in PEM, other bytes may say the same; what is signed may not change.
            bool accepted = quote.TeeType == IntelTeeType.Tdx
                ? TdxVerifier.Verify(bytes, collateral, scene.Vendor.Roots, IntelScene.Now, cache).Result.Accepted
                : SgxVerifier.Verify(bytes, collateral, scene.Vendor.Roots, IntelScene.Now, cache).Result.Accepted;
            if (accepted) Assert.Equal(signed, quote.Signed.ToArray());
        });
    }

    [Fact]
    public void Certificates_of_platforms()
    {
        byte[] good = IntelVendor.Shared.Pck(new PckOptions());
        Certificate issuer = Certificate.TryParse(IntelVendor.Shared.PckCa(new PckOptions().Issuer))!;
        ParserFuzzTests.Fuzz([good], bytes =>
        {
            if (Certificate.TryParse(bytes) is not { } certificate) return;
            _ = PckCertificate.TryRead(certificate);
            if (!bytes.AsSpan().SequenceEqual(good)) Assert.False(certificate.IsSignedBy(issuer));
        });
    }

    [Fact]
    public void Extensions_of_platforms() => ParserFuzzTests.Fuzz([PckExtension.Encode(new PckOptions()), PckExtension.Encode(new PckOptions { Instance = null })], bytes =>
    {
        var certificate = Certificate.TryParse(IntelVendor.Shared.Pck(new PckOptions { Extension = bytes }))!;
        if (PckCertificate.TryRead(certificate) is not { } pck) return;
        Assert.Equal((16, 16, 16, 6, 2), (pck.Ppid.Length, pck.Components.Length, pck.CpuSvn.Length, pck.Fmspc.Length, pck.PceId.Length));
    });

    [Fact]
    public void Pem() => ParserFuzzTests.Fuzz([IntelVendor.Shared.PckChain(new PckOptions())], bytes => Assert.InRange(PemCertificates.TryRead(bytes, 3)?.Count ?? 1, 1, 3));

    [Fact]
    public void Revocation_lists()
    {
        byte[] good = IntelVendor.Shared.RootCrl(IntelScene.ThisUpdate, IntelScene.NextUpdate, 1, 2, 3);
        Certificate issuer = Certificate.TryParse(IntelVendor.Shared.Root)!;
        ParserFuzzTests.Fuzz([good], bytes =>
        {
            if (CertificateRevocationList.TryParse(bytes) is { } list) Assert.Equal(bytes.AsSpan().SequenceEqual(good), list.IsIssuedBy(issuer));
        });
    }

    [Fact]
    public void Signed_documents()
    {
        IReadOnlyList<ReadOnlyMemory<byte>> chain = IntelVendor.Shared.SigningChain();
        byte[] good = IntelVendor.Shared.Sign("tcbInfo", CollateralMaker.TcbInfo(IntelTeeType.Tdx));
        Certificate root = Certificate.TryParse(IntelVendor.Shared.Root)!;
        ParserFuzzTests.Fuzz([good], bytes => _ = SignedCollateral<TcbInfo>.Read(bytes, chain, root, "tcbInfo", TcbInfo.TryRead));
    }

    [Fact]
    public void Members_of_documents() => ParserFuzzTests.Fuzz(
        [
            .. new[] { CollateralMaker.TcbInfo(IntelTeeType.Tdx), CollateralMaker.TcbInfo(IntelTeeType.Sgx), CollateralMaker.TcbInfoV2(), CollateralMaker.Identity(IntelTeeType.Tdx) }
                .Select(json => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())),
        ], bytes =>
    {
        if (!CollateralJson.IsPlain(bytes)) return;
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            if (TcbInfo.TryRead(document.RootElement) is { } info) Assert.All(info.Levels, level => Assert.Equal(16, level.SgxComponents.Length));
            _ = EnclaveIdentity.TryRead(document.RootElement);
        }
        catch (JsonException)
        {
            // Not JSON: SignedCollateral says so before it reads members.
        }
    });
}
