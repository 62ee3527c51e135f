namespace Errand.Attestation.Tests;

/// <summary>What is remembered changes no outcome, and strangers add nothing.</summary>
public sealed class VerifiedSignaturesTests
{
    [Fact]
    public void Signatures_of_a_trusted_chain_are_kept_and_outcomes_stay_the_same()
    {
        var known = new VerifiedSignatures();
        byte[] document = new NitroMaker().Make();
        for (int i = 0; i < 2; i++)
        {
            Assert.True(NitroVerifierTests.Verify(document, known: known).Result.Accepted);
            Assert.Equal(5, known.Count);
        }
        Assert.Equal(AttestationReason.CertificateExpired, NitroVerifierTests.Verify(document, NitroPki.Now.AddDays(1), known).Result.Reason);
        Assert.Equal(AttestationReason.UntrustedRoot, NitroVerifier.Verify(document, TrustedRoots.None, NitroPki.Now, known).Result.Reason);
        Assert.Equal(AttestationReason.CertificateChain, NitroVerifierTests.Verify(NitroMaker.Under(NitroPki.ChainWith(2, NitroPki.Issue(2, isAuthority: false))), known: known).Result.Reason);
    }

    [Fact]
    public void Flipped_bit_in_any_known_certificate_is_refused()
    {
        var known = new VerifiedSignatures();
        Assert.True(NitroVerifierTests.Verify(new NitroMaker().Make(), known: known).Result.Accepted);
        for (int level = 0; level < NitroPki.Chain.Count; level++)
        {
            byte[] altered = [.. NitroPki.Chain[level]];
            altered[^1] ^= 1;
            Assert.Equal(AttestationReason.CertificateChain, NitroVerifierTests.Verify(NitroMaker.Under(NitroPki.ChainWith(level, altered)), known: known).Result.Reason);
        }
    }

    [Fact]
    public void Chain_that_is_not_trusted_adds_nothing()
    {
        var known = new VerifiedSignatures();
        Assert.False(NitroVerifier.Verify(new NitroMaker().Make(), TrustedRoots.None, NitroPki.Now, known).Result.Accepted);
        Assert.False(NitroVerifier.Verify(NitroMaker.Under(NitroPki.ChainWith(4, NitroPki.Issue(4, unknownCritical: "1.2.3.4"))), NitroPki.Roots, NitroPki.Now, known).Result.Accepted);
        Assert.Equal(0, known.Count);
    }

    [Fact]
    public void Full_memory_starts_again()
    {
        var known = new VerifiedSignatures();
        Certificate root = Certificate.TryParse(NitroPki.Chain[0])!;
        for (byte[] serial = new byte[4]; known.Count < 100; serial[0]++) known.Add([Certificate.TryParse(NitroPki.Issue(4, notAfter: NitroPki.Now.AddSeconds(serial[0])))!, root]);
        Assert.InRange(known.Count, 100, VerifiedSignatures.CountMax);
    }
}
