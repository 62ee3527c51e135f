using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Errand.Attestation.Tests;

/// <summary>One authentic document, then signature, certificates, times and root broken in turn, each with its exact reason.</summary>
public sealed class NitroVerifierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Authentic_document_is_accepted_and_says_when_it_ends(bool indefinite)
    {
        NitroVerification verification = Verify(new NitroMaker { Indefinite = indefinite, Tagged = indefinite }.Make());
        Assert.True(verification.Result.Accepted, verification.Result.FirstFailure?.ToString());
        Assert.Equal(RootClass.AwsNitro, verification.Document!.Root.Class);
        Assert.Equal("certificate-validity", verification.Result.WillFailAt!.Check);
        Assert.Equal(NitroPki.Now.AddHours(2), verification.Result.WillFailAt.Until);
    }

    [Fact]
    public void Claims_are_canonical_and_the_same_each_time()
    {
        byte[] document = new NitroMaker().Make();
        byte[] claims = Verify(document).Document!.Claims.Encoded.ToArray();
        Assert.True(Primitives.CanonicalCbor.IsCanonical(claims));
        Assert.Equal(claims, Verify(document, NitroPki.Now.AddMinutes(5)).Document!.Claims.Encoded.ToArray());
    }

    [Fact]
    public void Nonsense_is_malformed() => AssertOnly(AttestationReason.Malformed, "document-format", Verify([1, 2, 3]));

    [Fact]
    public void Signature_by_another_key_or_hash_or_altered_is_cose_signature()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        AssertOnly(AttestationReason.CoseSignature, "cose-signature", Verify(new NitroMaker { Key = other }.Make()));
        AssertOnly(AttestationReason.CoseSignature, "cose-signature", Verify(new NitroMaker { Hash = HashAlgorithmName.SHA256 }.Make()));
        byte[] altered = new NitroMaker().Make();
        altered[^1] ^= 1;
        AssertOnly(AttestationReason.CoseSignature, "cose-signature", Verify(altered));
        byte[] zero = new NitroMaker().Make();
        zero.AsSpan(zero.Length - 96).Clear();
        AssertOnly(AttestationReason.CoseSignature, "cose-signature", Verify(zero));
    }

    [Fact]
    public void Certificate_that_is_none_is_certificate_and_leaves_no_key()
    {
        foreach (NitroVerification verification in new[]
        {
            Verify(NitroMaker.With("certificate", CborMaker.Bytes([0x30, 0]))),
            Verify(NitroMaker.With("cabundle", NitroMaker.Bundle(NitroPki.ChainWith(2, [0x30, 0])))),
        })
        {
            Assert.Null(verification.Document);
            Assert.Equal(AttestationReason.CertificateFormat, verification.Result.Reason);
            Assert.Equal([AttestationReason.CertificateFormat, AttestationReason.CoseSignature], Failures(verification.Result));
        }
    }

    [Fact]
    public void Certificate_outside_its_time_is_certificate_expired()
    {
        byte[] document = new NitroMaker().Make();
        AssertOnly(AttestationReason.CertificateExpired, "certificate-validity", Verify(document, NitroPki.Now.AddHours(2).AddSeconds(1)));
        AssertOnly(AttestationReason.CertificateExpired, "certificate-validity", Verify(document, NitroPki.Now.AddHours(-1).AddSeconds(-1)));
        Assert.True(Verify(document, NitroPki.Now.AddHours(2)).Result.Accepted);
        for (int level = 0; level < NitroPki.Chain.Count; level++)
        {
            byte[] expired = NitroPki.Issue(level, notAfter: NitroPki.Now.AddSeconds(-1));
            AssertOnly(AttestationReason.CertificateExpired, "certificate-validity", Verify(NitroMaker.Under(NitroPki.ChainWith(level, expired))));
        }
    }

    [Fact]
    public void Root_that_is_not_pinned_or_for_something_else_is_refused_though_the_chain_holds()
    {
        byte[] document = new NitroMaker().Make();
        AssertOnly(AttestationReason.UntrustedRoot, "root", NitroVerifier.Verify(document, TrustedRoots.Vendors, NitroPki.Now));
        AssertOnly(AttestationReason.UntrustedRoot, "root", NitroVerifier.Verify(document, TrustedRoots.None, NitroPki.Now));
        TrustedRoots wrong = TrustedRoots.None.Pin(RootClass.IntelSgx, "wrong class", NitroPki.Roots.All[0].SpkiDigest);
        AssertOnly(AttestationReason.RootClass, "root", NitroVerifier.Verify(document, wrong, NitroPki.Now));
    }

    [Fact]
    public void Chain_in_another_order_incomplete_or_with_strangers_is_certificate_chain()
    {
        IReadOnlyList<byte[]> chain = NitroPki.Chain;
        foreach (IReadOnlyList<byte[]> broken in new IReadOnlyList<byte[]>[]
        {
            [chain[0], chain[2], chain[1], chain[3], chain[4]],
            [chain[0], chain[1], chain[3], chain[4]],
            [chain[0], chain[1], chain[1], chain[3], chain[4]],
        }) Assert.Equal(AttestationReason.CertificateChain, Verify(NitroMaker.Under(broken)).Result.Reason);
        // The bundle must bring the root, and first.
        Assert.Equal(AttestationReason.CertificateChain, Verify(NitroMaker.Under([chain[1], chain[2], chain[3], chain[4]])).Result.Reason);
        Assert.Equal(AttestationReason.CertificateChain, Verify(NitroMaker.Under([chain[3], chain[2], chain[1], chain[0], chain[4]])).Result.Reason);
    }

    public static TheoryData<string, int, Func<byte[]>> BrokenCertificates()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] shortKey = NitroPki.Issue(4, key: p256);
        return new()
        {
            { "signing certificate of a CA", 4, () => NitroPki.Issue(4, isAuthority: true) },
            { "signing certificate with a path length", 4, () => NitroPki.Issue(4, isAuthority: true, pathLength: 0) },
            { "signing certificate without digitalSignature", 4, () => NitroPki.Issue(4, usage: X509KeyUsageFlags.KeyEncipherment) },
            { "signing certificate without key usage", 4, () => NitroPki.Issue(4, hasUsage: false) },
            { "signing certificate signed with SHA-256", 4, () => NitroPki.Issue(4, hash: HashAlgorithmName.SHA256) },
            { "signing certificate with an unknown critical extension", 4, () => NitroPki.Issue(4, unknownCritical: "1.2.3.4") },
            { "issuer that is no CA", 3, () => NitroPki.Issue(3, isAuthority: false) },
            { "issuer without keyCertSign", 3, () => NitroPki.Issue(3, usage: X509KeyUsageFlags.DigitalSignature) },
            { "issuer without key usage", 2, () => NitroPki.Issue(2, hasUsage: false) },
            { "issuer with constraints that are not critical", 2, () => NitroPki.Issue(2, criticalConstraints: false) },
            { "path length too short", 1, () => NitroPki.Issue(1, pathLength: 1) },
            { "path length too short at the root", 0, () => NitroPki.Issue(0, pathLength: 2) },
            { "issuer signed with SHA-512", 2, () => NitroPki.Issue(2, hash: HashAlgorithmName.SHA512) },
            { "signing key on P-256", 4, () => shortKey },
        };
    }

    [Theory]
    [MemberData(nameof(BrokenCertificates))]
    public void Certificate_against_the_profile_is_certificate_chain(string why, int level, Func<byte[]> issue)
    {
        NitroVerification verification = Verify(NitroMaker.Under(NitroPki.ChainWith(level, issue())));
        Assert.True(verification.Document is null, why);
        Assert.Equal(AttestationReason.CertificateChain, verification.Result.Reason);
        Assert.All(Failures(verification.Result), reason => Assert.True(reason is AttestationReason.CertificateChain or AttestationReason.CoseSignature, why));
    }

    [Fact]
    public void Certificate_signed_by_a_stranger_of_the_same_name_is_certificate_chain()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        // The zone's certificate now names another key; the instance's is still signed by the old one.
        byte[] other = NitroPki.Issue(2, key: stranger);
        AssertOnly(AttestationReason.CertificateChain, "certificate-chain", Verify(NitroMaker.Under(NitroPki.ChainWith(2, other))));
    }

    [Fact]
    public void Every_flipped_byte_is_refused()
    {
        byte[] document = new NitroMaker().Make();
        var known = new VerifiedIssuers();
        Assert.NotNull(Verify(document, known: known).Document);
        for (int i = 0; i < document.Length; i += i is > 100 and < 3300 ? 5 : 1)
        {
            document[i] ^= (byte)(1 << (i % 8));
            Assert.Null(Verify(document, known: known).Document);
            document[i] ^= (byte)(1 << (i % 8));
        }
    }

    [Fact]
    public void Known_issuers_change_no_outcome()
    {
        var known = new VerifiedIssuers();
        byte[] document = new NitroMaker().Make();
        for (int i = 0; i < 2; i++)
        {
            Assert.True(Verify(document, known: known).Result.Accepted);
            Assert.Equal(4, known.IssuerCount);
        }
        Assert.Equal(AttestationReason.CertificateExpired, Verify(document, NitroPki.Now.AddDays(1), known).Result.Reason);
        Assert.Equal(AttestationReason.UntrustedRoot, NitroVerifier.Verify(document, TrustedRoots.None, NitroPki.Now, known).Result.Reason);
        Assert.Equal(AttestationReason.CertificateChain, Verify(NitroMaker.Under(NitroPki.ChainWith(2, NitroPki.Issue(2, isAuthority: false))), known: known).Result.Reason);
        for (int level = 0; level < NitroPki.Chain.Count; level++)
        {
            byte[] altered = [.. NitroPki.Chain[level]];
            altered[^1] ^= 1;
            Assert.Equal(AttestationReason.CertificateChain, Verify(NitroMaker.Under(NitroPki.ChainWith(level, altered)), known: known).Result.Reason);
        }
    }

    internal static NitroVerification Verify(ReadOnlySpan<byte> document, DateTimeOffset? now = null, VerifiedIssuers? known = null) => NitroVerifier.Verify(document, NitroPki.Roots, now ?? NitroPki.Now, known);

    private static IEnumerable<AttestationReason> Failures(AttestationResult result) => result.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => check.Reason);

    private static void AssertOnly(AttestationReason reason, string name, NitroVerification verification)
    {
        Assert.Null(verification.Document);
        AttestationCheck failure = Assert.Single(verification.Result.Checks, check => check.Outcome == CheckOutcome.Failed);
        Assert.Equal((reason, name), (failure.Reason, failure.Name));
        Assert.NotEmpty(failure.Explanation);
    }
}
