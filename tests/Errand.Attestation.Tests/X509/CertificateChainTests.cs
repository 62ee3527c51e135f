using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Errand.Attestation.Tests;

public sealed class CertificateChainTests
{
    [Fact]
    public void Good_chains_hold()
    {
        Assert.Null(ChainMaker.Fault(ChainMaker.Root()));
        Assert.Null(ChainMaker.Fault(ChainMaker.Leaf(), ChainMaker.Ca(), ChainMaker.Root()));
        Assert.Null(ChainMaker.Fault(ChainMaker.Leaf(), ChainMaker.Ca(pathLength: 0), ChainMaker.Root(pathLength: 1)));
        Assert.Null(ChainMaker.Fault(ChainMaker.Leaf("Sub CA", bySubCa: true), ChainMaker.SubCa(), ChainMaker.Ca(pathLength: 1), ChainMaker.Root()));
    }

    [Fact]
    public void Empty_or_too_long_chain_is_refused()
    {
        Assert.Contains("1 to 6", ChainMaker.Fault(), StringComparison.Ordinal);
        Assert.Contains("1 to 6", ChainMaker.Fault([.. Enumerable.Repeat(ChainMaker.Root(), 7)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_or_swapped_issuer_is_refused()
    {
        Assert.Contains("names another issuer", ChainMaker.Fault(ChainMaker.Leaf(), ChainMaker.Root()), StringComparison.Ordinal);
        Assert.NotNull(ChainMaker.Fault(ChainMaker.Ca(), ChainMaker.Leaf(), ChainMaker.Root()));
        Assert.Contains("did not sign itself", ChainMaker.Fault(ChainMaker.Leaf(), ChainMaker.Ca()), StringComparison.Ordinal);
        Assert.Contains("did not sign itself", ChainMaker.Fault(ChainMaker.Leaf()), StringComparison.Ordinal);
    }

    [Fact]
    public void Signature_by_another_key_of_the_same_name_is_refused() =>
        Assert.Contains("is not signed by", ChainMaker.Fault(ChainMaker.Leaf("CA", byRoot: true), ChainMaker.Ca(), ChainMaker.Root()), StringComparison.Ordinal);

    [Fact]
    public void Path_length_counts_the_authorities_below()
    {
        byte[] leaf = ChainMaker.Leaf("Sub CA", bySubCa: true);
        Assert.Contains("so many CAs", ChainMaker.Fault(leaf, ChainMaker.SubCa(), ChainMaker.Ca(pathLength: 0), ChainMaker.Root()), StringComparison.Ordinal);
        Assert.Contains("so many CAs", ChainMaker.Fault(leaf, ChainMaker.SubCa(), ChainMaker.Ca(), ChainMaker.Root(pathLength: 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Issuer_that_is_no_authority_or_may_not_sign_is_refused()
    {
        Assert.Contains("no basic constraints", Fault(_ => { }), StringComparison.Ordinal);
        Assert.Contains("is not a CA", Fault(request => request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true))), StringComparison.Ordinal);
        Assert.Contains("may not sign", Fault(request =>
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        }), StringComparison.Ordinal);
        Assert.Contains("not DER", Fault(request => request.CertificateExtensions.Add(new X509Extension(Oids.BasicConstraints, [1, 2, 3], true))), StringComparison.Ordinal);

        static string? Fault(Action<CertificateRequest> change) => ChainMaker.Fault(ChainMaker.Leaf(), ChainMaker.Ca(change: change), ChainMaker.Root());
    }

    [Fact]
    public void Unknown_critical_extension_is_refused_and_an_uncritical_one_is_not()
    {
        string? critical = ChainMaker.Fault(ChainMaker.Leaf(change: request => request.CertificateExtensions.Add(new X509Extension("1.2.3.4", [5, 0], true))), ChainMaker.Ca(), ChainMaker.Root());
        Assert.Contains("unknown critical extension 1.2.3.4", critical, StringComparison.Ordinal);
        Assert.Null(ChainMaker.Fault(ChainMaker.Leaf(change: request => request.CertificateExtensions.Add(new X509Extension("1.2.3.4", [5, 0], false))), ChainMaker.Ca(), ChainMaker.Root()));
    }

    [Fact]
    public void Validity_includes_both_ends()
    {
        Certificate certificate = Certificate.TryParse(ChainMaker.Root())!;
        Assert.Null(CertificateChain.FindExpired([certificate], certificate.NotBefore));
        Assert.Null(CertificateChain.FindExpired([certificate], certificate.NotAfter));
        Assert.NotNull(CertificateChain.FindExpired([certificate], certificate.NotBefore.AddSeconds(-1)));
        Assert.NotNull(CertificateChain.FindExpired([certificate], certificate.NotAfter.AddSeconds(1)));
    }

    [Fact]
    public void Certificate_signed_with_sha1_is_signed_by_nobody()
    {
        byte[] bytes = Corpus.File("tpm", "ek-ifx-slb9670-rsa", "root.der");
        Certificate root = Certificate.TryParse(bytes)!;
        Assert.True(root.IsSignedBy(root));
        // sha256WithRSAEncryption, or 384, becomes sha1WithRSAEncryption in both copies of the algorithm.
        ReadOnlySpan<byte> pkcs1 = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01];
        for (int i = 0; i < bytes.Length - 8; i++)
            if (bytes.AsSpan(i, 8).SequenceEqual(pkcs1) && bytes[i + 8] is 0x0B or 0x0C or 0x0D) bytes[i + 8] = 0x05;
        Certificate old = Certificate.TryParse(bytes)!;
        Assert.Equal("", old.SignatureAlgorithmName);
        Assert.False(old.IsSignedBy(old));
    }

    [Fact]
    public void Ecdsa_algorithm_may_carry_a_null_but_nothing_else()
    {
        Assert.Equal(SignatureScheme.Ecdsa, Parse(0x05, 0x00)!.Value.Scheme);
        Assert.Equal(SignatureScheme.Ecdsa, Parse()!.Value.Scheme);
        Assert.Throws<AsnContentException>(() => Parse(0x30, 0x00));
        Assert.Throws<AsnContentException>(() => Parse(0x05, 0x00, 0x05, 0x00));

        // ecdsa-with-SHA384 is 1.2.840.10045.4.3.3.
        static CertificateSignatureAlgorithm? Parse(params byte[] parameters) =>
            CertificateSignatureAlgorithm.Parse(new byte[] { 0x30, (byte)(10 + parameters.Length), 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03 }.Concat(parameters).ToArray());
    }

    [Fact]
    public void Pss_with_another_salt_or_hash_than_its_own_is_not_allowed()
    {
        Certificate real = Certificate.TryParse(Corpus.Snp("genoa-v5-vcek").Certificates[0])!;
        Assert.Equal("id-RSASSA-PSS", real.SignatureAlgorithmName);
        byte[] bytes = real.Encoded.ToArray();
        // The salt length 48, INTEGER 02 01 30, stands in both copies of the algorithm.
        for (int i = 0; i < bytes.Length - 4; i++)
            if (bytes.AsSpan(i, 5).SequenceEqual((ReadOnlySpan<byte>)[0xA2, 0x03, 0x02, 0x01, 0x30])) bytes[i + 4] = 0x20;
        Assert.Equal("", Certificate.TryParse(bytes)!.SignatureAlgorithmName);
    }
}
