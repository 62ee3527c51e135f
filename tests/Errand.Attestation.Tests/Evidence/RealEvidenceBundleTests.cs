namespace Errand.Attestation.Tests;

/// <summary>Published evidence through the one entry point, with policies drafted of it.</summary>
public sealed class RealEvidenceBundleTests
{
    [Fact]
    public void Azure_evidence_is_accepted_under_its_own_draft_and_only_with_its_nonce()
    {
        string folder = Path.Combine(Errand.Tests.Vectors.Folder("azure-vtpm"), "snp-milan-v1");
        EvidenceBundle bundle = EvidenceScenes.Bundle(((string[])["evidence.json", "cert-chain.pem"]).Select(name => new EvidenceFile(name, File.ReadAllBytes(Path.Combine(folder, name)))));
        var now = new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);
        AppraisalPolicy draft = EvidenceVerifier.DraftPolicy(bundle, Collateral.None, TrustedRoots.Vendors, now)!;
        Assert.True(AppraisalPolicyFile.TryParse(System.Text.Encoding.UTF8.GetBytes(AppraisalPolicyFile.Write(draft, [])), null, out AppraisalPolicy? policy, out IReadOnlyList<PolicyFault> faults), string.Join("; ", faults));
        Assert.Equal(Verdict.Accepted, EvidenceVerifier.Appraise(bundle, Collateral.None, policy, TrustedRoots.Vendors, now, "challenge"u8.ToArray()).Verdict);
        ExplainedResult stale = EvidenceVerifier.Appraise(bundle, Collateral.None, policy, TrustedRoots.Vendors, now);
        Assert.Equal((Verdict.Rejected, "nonce"), (stale.Verdict, stale.Reason));
    }

    [Fact]
    public void A_certificate_of_another_key_does_not_vouch_for_a_quote()
    {
        string quote = Path.Combine(Errand.Tests.Vectors.Folder("tpm"), "dell-latitude7520-stm-ecc-windows");
        string other = Path.Combine(Errand.Tests.Vectors.Folder("tpm"), "gce-cos85-rsa-three-banks");
        EvidenceFile[] files =
        [
            .. ((string[])["quote.msg", "quote.sig", "ak-public.der", "pcrs.json"]).Select(name => new EvidenceFile(name, File.ReadAllBytes(Path.Combine(quote, name)))),
            .. ((string[])["ak-cert.der", "ak-ca-intermediate.der", "ak-ca-root.der"]).Select(name => new EvidenceFile(name, File.ReadAllBytes(Path.Combine(other, name)))),
        ];
        ExplainedResult result = EvidenceVerifier.Appraise(EvidenceScenes.Bundle(files), Collateral.None, null, TrustedRoots.Vendors, IntelScene.Now);
        Assert.Equal(Verdict.Authentic, result.Verdict);
        Assert.DoesNotContain("root", result.Claims.Keys);
        Assert.Equal(3, result.Files.Count(file => !file.Used));
    }
}
