using System.Formats.Asn1;

namespace Errand.Attestation.Tests;

public sealed class EkCertificateTests
{
    private static readonly DateTimeOffset Now = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Real_certificate_says_who_made_the_tpm()
    {
        EkCertificateVerification verification = Verify("ek-ifx-slb9670-ecc", TrustedRoots.Vendors, RootClass.TpmHardware);
        Assert.True(verification.Result.Accepted, verification.Result.FirstFailure?.ToString());
        Assert.Equal(new EkCertificate(TpmVendor.Of("IFX"), "SLB 9670 TPM2.0", "id:073f"), verification.Certificate);
    }

    [Fact]
    public void T_80_certificate_of_a_cloud_or_of_nobody_known_is_root_class()
    {
        Assert.True(Verify("ek-google-vtpm-rsa", TrustedRoots.Vendors, RootClass.TpmCloud).Result.Accepted);
        Assert.Equal(AttestationReason.RootClass, Verify("ek-google-vtpm-rsa", TrustedRoots.Vendors, RootClass.TpmHardware).Result.Reason);
        Assert.Equal(AttestationReason.RootClass, Verify("ek-stm-rsa", TrustedRoots.None, RootClass.TpmHardware).Result.Reason);
        Assert.Null(Verify("ek-stm-rsa", TrustedRoots.None, RootClass.TpmHardware).Certificate);
    }

    [Fact]
    public void Certificate_for_another_key_is_ek_certificate()
    {
        TpmtPublic other = TpmtPublic.TryParseSized(Corpus.File("tpm", "simulator-rsa-tpm2b", "ek-public.tpm2b"))!;
        EkCertificateVerification verification = EkCertificateVerifier.Verify(Chain("ek-ifx-slb9670-rsa"), other, TrustedRoots.Vendors, [RootClass.TpmHardware], Now);
        Assert.Equal("ek-key", Assert.Single(verification.Result.Checks, check => check.Outcome == CheckOutcome.Failed).Name);
        Assert.Equal(AttestationReason.EkCertificate, verification.Result.Reason);
    }

    [Fact]
    public void Authority_offered_as_ek_certificate_is_ek_certificate()
    {
        IReadOnlyList<ReadOnlyMemory<byte>> chain = Chain("ek-ifx-slb9670-rsa");
        Assert.Equal(AttestationReason.EkCertificate, EkCertificateVerifier.Verify([.. chain.Skip(1)], null, TrustedRoots.Vendors, [RootClass.TpmHardware], Now).Result.Reason);
    }

    [Fact]
    public void Certificate_outside_its_validity_is_certificate_expired() => Assert.Equal(
        AttestationReason.CertificateExpired, EkCertificateVerifier.Verify(Chain("ek-ifx-slb9670-rsa"), null, TrustedRoots.Vendors, [RootClass.TpmHardware], Now.AddYears(20)).Result.Reason);

    [Theory]
    [InlineData("ek-stm-rsa")]
    [InlineData("ek-stm-ecc")]
    public void Chain_may_end_at_the_manufacturers_own_root_that_another_root_certified(string name)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> chain = [.. Chain(name).SkipLast(1)];
        EkCertificateVerification verification = EkCertificateVerifier.Verify(chain, null, TrustedRoots.Vendors, [RootClass.TpmHardware], Now);
        Assert.True(verification.Result.Accepted, verification.Result.FirstFailure?.ToString());
        Assert.StartsWith("STM", verification.Root!.Name, StringComparison.Ordinal);

        // Its very bytes are pinned, as no signature in the chain covers them; and the manufacturer's key alone is no pin of them.
        byte[] altered = [.. chain[^1].Span[..^1], (byte)(chain[^1].Span[^1] ^ 1)];
        Assert.Equal(AttestationReason.CertificateChain, EkCertificateVerifier.Verify([.. chain.SkipLast(1), altered], null, TrustedRoots.Vendors, [RootClass.TpmHardware], Now).Result.Reason);
        TrustedRoots keyOnly = TrustedRoots.None.Pin(RootClass.TpmHardware, "STM", verification.Root.SpkiDigest);
        Assert.Equal(AttestationReason.CertificateChain, EkCertificateVerifier.Verify(chain, null, keyOnly, [RootClass.TpmHardware], Now).Result.Reason);
    }

    [Fact]
    public void Rsa_key_labelled_oaep_is_the_same_key()
    {
        byte[] spki = Certificate.TryParse(Corpus.File("tpm", "ek-ifx-slb9670-rsa", "ek-cert.der"))!.PublicKey.Encoded.ToArray();
        AsnReader info = new AsnReader(spki, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.RsaOaep);
                using (writer.PushSequence()) { }
            }
            writer.WriteEncodedValue(info.ReadEncodedValue().Span);
        }
        PublicKeyInfo relabelled = PublicKeyInfo.TryParse(writer.Encode())!;
        Assert.Equal(PublicKeyInfo.TryParse(spki)!.Rsa!.Value.Modulus, relabelled.Rsa!.Value.Modulus);
        Assert.Equal(2048, relabelled.KeySizeBits);
    }

    private static EkCertificateVerification Verify(string name, TrustedRoots roots, RootClass rootClass) => EkCertificateVerifier.Verify(Chain(name), null, roots, [rootClass], Now);

    private static IReadOnlyList<ReadOnlyMemory<byte>> Chain(string name)
    {
        List<ReadOnlyMemory<byte>> chain = [Corpus.File("tpm", name, "ek-cert.der"), Corpus.File("tpm", name, "intermediate-1.der")];
        if (name.StartsWith("ek-stm", StringComparison.Ordinal)) chain.Add(Corpus.File("tpm", name, "intermediate-2.der"));
        chain.Add(Corpus.File("tpm", name, "root.der"));
        return chain;
    }
}
