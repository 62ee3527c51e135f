using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Errand.Attestation.Tests;

public sealed class VerifiedIssuersTests
{
    private static readonly byte[] Root = ChainMaker.Root();
    private static readonly byte[] Ca = ChainMaker.Ca();
    private static readonly byte[] Leaf = ChainMaker.Leaf();
    private static readonly TrustedRoots Roots = TrustedRoots.None.Pin(RootClass.TpmHardware, "test", Certificate.TryParse(Root)!.SpkiDigest);

    [Fact]
    public void Chain_that_holds_is_remembered_and_gives_the_same_result_again()
    {
        var known = new VerifiedIssuers();
        AttestationResult without = Verify(null, Leaf, Ca, Root);
        AttestationResult first = Verify(known, Leaf, Ca, Root);
        Assert.Equal((2, 1), (known.IssuerCount, known.LeafCount));
        AttestationResult second = Verify(known, Leaf, Ca, Root);
        Assert.Equal((2, 1), (known.IssuerCount, known.LeafCount));
        Assert.True(without.Accepted);
        Assert.Equal(without.Checks, first.Checks);
        Assert.Equal(without.Checks, second.Checks);
        Assert.Equal(without.Validities, second.Validities);
    }

    [Fact]
    public void Chain_that_fails_in_anything_is_not_remembered()
    {
        var known = new VerifiedIssuers();
        Assert.Equal(AttestationReason.UntrustedRoot, CertificateVerifier.Verify([Leaf, Ca, Root], TrustedRoots.None, [RootClass.TpmHardware], ChainMaker.Now, known).Reason);
        Assert.Equal(AttestationReason.RootClass, CertificateVerifier.Verify([Leaf, Ca, Root], Roots, [RootClass.TpmCloud], ChainMaker.Now, known).Reason);
        Assert.Equal(AttestationReason.CertificateExpired, CertificateVerifier.Verify([Leaf, Ca, Root], Roots, [RootClass.TpmHardware], ChainMaker.Now.AddYears(2), known).Reason);
        Assert.Equal(AttestationReason.CertificateChain, Verify(known, Altered(Leaf), Ca, Root).Reason);
        Assert.Equal((0, 0), (known.IssuerCount, known.LeafCount));
    }

    [Fact]
    public void Known_issuers_excuse_nothing_else()
    {
        var known = new VerifiedIssuers();
        Assert.True(Verify(known, Leaf, Ca, Root).Accepted);
        // Signatures of a leaf, and of any certificate with other bytes, are checked.
        Assert.Equal(AttestationReason.CertificateChain, Verify(known, Altered(Leaf), Ca, Root).Reason);
        Assert.Equal(AttestationReason.CertificateChain, Verify(known, Leaf, Altered(Ca), Root).Reason);
        Assert.Equal(AttestationReason.CertificateChain, Verify(known, Leaf, Ca, Altered(Root)).Reason);
        Assert.Equal(AttestationReason.CertificateChain, Verify(known, ChainMaker.Leaf("CA", byRoot: true), Ca, Root).Reason);
        // So are time, class, pin and the order of the chain.
        Assert.Equal(AttestationReason.CertificateExpired, CertificateVerifier.Verify([Leaf, Ca, Root], Roots, [RootClass.TpmHardware], ChainMaker.Now.AddYears(2), known).Reason);
        Assert.Equal(AttestationReason.RootClass, CertificateVerifier.Verify([Leaf, Ca, Root], Roots, [RootClass.TpmCloud], ChainMaker.Now, known).Reason);
        Assert.Equal(AttestationReason.UntrustedRoot, CertificateVerifier.Verify([Leaf, Ca, Root], TrustedRoots.None, [RootClass.TpmHardware], ChainMaker.Now, known).Reason);
        Assert.Equal(AttestationReason.CertificateChain, Verify(known, Ca, Leaf, Root).Reason);
        Assert.Equal(AttestationReason.CertificateChain, Verify(known, Leaf, Root).Reason);
    }

    [Fact]
    public void Issuer_of_another_root_of_the_same_name_is_not_taken_for_known()
    {
        var known = new VerifiedIssuers();
        Assert.True(Verify(known, Leaf, Ca, Root).Accepted);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Root", other, HashAlgorithmName.SHA256);
        ChainMaker.AsAuthority(request, null);
        using X509Certificate2 impostor = request.CreateSelfSigned(ChainMaker.Now.AddYears(-1), ChainMaker.Now.AddYears(1));
        TrustedRoots both = Roots.Pin(RootClass.TpmHardware, "other", Certificate.TryParse(impostor.RawData)!.SpkiDigest);
        Assert.Equal(AttestationReason.CertificateChain, CertificateVerifier.Verify([Leaf, Ca, impostor.RawData], both, [RootClass.TpmHardware], ChainMaker.Now, known).Reason);
    }

    [Fact]
    public void Places_are_bounded_and_leaves_never_take_those_of_issuers()
    {
        var known = new VerifiedIssuers(capacity: 2);
        for (int i = 0; i < 5; i++) Assert.True(Verify(known, ChainMaker.Leaf(), Ca, Root).Accepted);
        Assert.Equal((2, 2), (known.IssuerCount, known.LeafCount));
        Assert.True(Verify(known, ChainMaker.Leaf(), ChainMaker.Ca(), Root).Accepted);
        Assert.True(Verify(known, ChainMaker.Leaf(), ChainMaker.Ca(), ChainMaker.Root()).Accepted);
        Assert.Equal((2, 2), (known.IssuerCount, known.LeafCount));
        Assert.True(Verify(known, Leaf, Ca, Root).Accepted);
        Assert.Throws<ArgumentOutOfRangeException>(() => new VerifiedIssuers(0));
    }

    [Fact]
    public void Many_threads_may_share_one()
    {
        var known = new VerifiedIssuers(capacity: 3);
        byte[][] leaves = [.. Enumerable.Range(0, 8).Select(_ => ChainMaker.Leaf())];
        byte[] forged = Altered(Leaf);
        bool[] right = new bool[400];
        Parallel.For(0, right.Length, i => right[i] = Verify(known, i % 3 == 0 ? forged : leaves[i % leaves.Length], Ca, Root).Accepted == (i % 3 != 0));
        Assert.DoesNotContain(false, right);
    }

    private static AttestationResult Verify(VerifiedIssuers? known, params byte[][] chain) =>
        CertificateVerifier.Verify([.. chain.Select(der => (ReadOnlyMemory<byte>)der)], Roots, [RootClass.TpmHardware], ChainMaker.Now, known);

    // The last byte is one of the signature's s.
    private static byte[] Altered(byte[] certificate) => [.. certificate[..^1], (byte)(certificate[^1] ^ 1)];
}
