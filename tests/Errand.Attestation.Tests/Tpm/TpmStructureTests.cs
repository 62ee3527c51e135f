namespace Errand.Attestation.Tests;

public sealed class TpmStructureTests
{
    [Fact]
    public void Quote_encodes_to_what_was_parsed()
    {
        foreach (byte[] attest in Corpus.Role("tpm", "tpms-attest"))
        {
            if (TpmsAttest.TryParse(attest, out _) is not { } quote) continue;
            Assert.Equal(attest, TpmsAttest.Encode(quote.QualifiedSigner.Span, quote.ExtraData.Span, quote.ClockInfo, quote.FirmwareVersion, quote.Selections, quote.PcrDigest.Span));
        }
    }

    [Fact]
    public void Truncated_or_extended_structures_are_refused()
    {
        AssertExact(Corpus.File("tpm", "swtpm-rsa-sha256", "quote.msg"), bytes => TpmsAttest.TryParse(bytes, out _) is not null);
        AssertExact(Corpus.File("tpm", "swtpm-rsa-sha256", "quote.sig"), bytes => TpmtSignature.TryParse(bytes) is not null);
        AssertExact(Corpus.File("tpm", "lenovo-x1c-stm-ecc-locality3-linux", "quote.sig"), bytes => TpmtSignature.TryParse(bytes) is not null);
        AssertExact(Corpus.File("tpm", "simulator-rsa-tpm2b", "ak-public.tpm2b"), bytes => TpmtPublic.TryParseSized(bytes) is not null);
        AssertExact(Corpus.File("tpm", "ek-ifx-slb9670-ecc", "ek-public.tpm2b")[2..], bytes => TpmtPublic.TryParse(bytes) is not null);
        AssertExact(Corpus.File("tpm", "ek-ifx-slb9670-ecc", "ek-cert.der"), bytes => Certificate.TryParse(bytes) is not null);
        AssertExact(Corpus.File("tpm", "swtpm-rsa-sha256", "ak-public.der"), bytes => PublicKeyInfo.TryParse(bytes) is not null);
    }

    [Theory]
    [InlineData("ek-ifx-slb9670-rsa", EkTemplate.RsaL1)]
    [InlineData("ek-ifx-slb9670-ecc", EkTemplate.EccL2)]
    public void Every_flipped_bit_before_the_key_leaves_the_template(string name, EkTemplate template)
    {
        byte[] area = Corpus.File("tpm", name, "ek-public.tpm2b")[2..];
        Assert.Equal(template, EkTemplates.Recognise(TpmtPublic.TryParse(area)!));
        int before = area.Length - (template == EkTemplate.RsaL1 ? 256 : 2 * 34);
        for (int bit = 0; bit < before * 8; bit++)
        {
            area[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(TpmtPublic.TryParse(area) is not { } parsed || EkTemplates.Recognise(parsed) is null, $"bit {bit}");
            area[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_real_quote_or_signature_is_refused()
    {
        byte[] attest = Corpus.File("tpm", "lenovo-x1c-stm-ecc-locality3-linux", "quote.msg");
        byte[] signature = Corpus.File("tpm", "lenovo-x1c-stm-ecc-locality3-linux", "quote.sig");
        TpmKey key = TpmKey.FromSubjectPublicKeyInfo(PublicKeyInfo.TryParse(Corpus.File("tpm", "lenovo-x1c-stm-ecc-locality3-linux", "ak-public.der"))!);
        Assert.True(Verifies());
        for (int i = 0; i < attest.Length + signature.Length; i++)
        {
            byte[] target = i < attest.Length ? attest : signature;
            int offset = i < attest.Length ? i : i - attest.Length;
            target[offset] ^= (byte)(1 << (i % 8));
            Assert.False(Verifies(), $"byte {i}");
            target[offset] ^= (byte)(1 << (i % 8));
        }

        bool Verifies()
        {
            QuoteVerification verification = QuoteVerifier.Verify(attest, signature, key, [], []);
            return verification.Result.Find("quote-signature") is { Outcome: CheckOutcome.Passed };
        }
    }

    [Fact]
    public void Vendor_ids_are_read_and_written_as_in_certificates()
    {
        Assert.True(TpmVendor.TryParse("id:49465800", out TpmVendor infineon));
        Assert.Equal(TpmVendor.Of("IFX"), infineon);
        Assert.Equal("id:49465800", infineon.ToString());
        Assert.All(["49465800", "id:4946580", "id:494658000", "ID:49465800", "id:4946580g", "id:+4946580", "id: 4946580", ""], text => Assert.False(TpmVendor.TryParse(text, out _)));
    }

    private static void AssertExact(byte[] good, Func<byte[], bool> accepts)
    {
        Assert.True(accepts(good));
        for (int size = 0; size < good.Length; size++) Assert.False(accepts(good[..size]), $"cut to {size}");
        Assert.False(accepts([.. good, 0]));
    }
}
