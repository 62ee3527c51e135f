using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Platform.Tests;

public sealed class DevelopmentTpmTests
{
    private static readonly byte[] Nonce = SHA256.HashData("nonce"u8);

    [Theory]
    [InlineData(EkTemplate.EccL2)]
    [InlineData(EkTemplate.RsaL1)]
    public void Evidence_passes_the_production_verifier_with_only_the_root_differing(EkTemplate template)
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System, template);
        PlatformEvidence evidence = tpm.Collect(Nonce, DevelopmentTpm.MeasuredPcrs);
        PlatformAppraisal appraisal = PlatformAppraiser.Appraise(evidence, Vendors.PolicyFor(Nonce, template), Vendors.Now);
        Assert.True(appraisal.Result.Accepted, appraisal.Result.FirstFailure?.ToString());
        Assert.True(appraisal.IsDevelopment);
        Assert.Equal(tpm.EkPublic.Encoded.ToArray(), appraisal.EkPublic!.Value.ToArray());
        byte[] encoded = evidence.Encode();
        Assert.InRange(encoded.Length, 2000, 8 * 1024);
        Assert.True(PlatformEvidence.TryParse(encoded, out PlatformEvidence? parsed));
        Assert.Equal(encoded, parsed.Encode());
    }

    [Theory]
    [InlineData(EkTemplate.EccL2)]
    [InlineData(EkTemplate.RsaL1)]
    public void Credential_challenge_is_answered_with_its_secret(EkTemplate template)
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System, template);
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        CredentialChallenge? challenge = MakeCredential.Create(tpm.EkPublic, tpm.AkPublic.Name, secret);
        Assert.NotNull(challenge);
        Assert.Equal(secret, tpm.ActivateCredential(challenge));
    }

    [Theory]
    [InlineData(EkTemplate.EccL2)]
    [InlineData(EkTemplate.RsaL1)]
    public void Tpm_survives_export_and_import(EkTemplate template)
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System, template, new DevelopmentBoot { Kernel = "other" });
        tpm.Reboot();
        using DevelopmentTpm? again = DevelopmentTpm.Import(tpm.Export(), TimeProvider.System);
        Assert.NotNull(again);
        Assert.Equal(2u, again.ResetCount);
        Assert.Equal(tpm.AkPublic.Name, again.AkPublic.Name);
        PlatformEvidence evidence = again.Collect(Nonce, DevelopmentTpm.MeasuredPcrs);
        Assert.True(PlatformAppraiser.Appraise(evidence, Vendors.PolicyFor(Nonce, template), Vendors.Now).Result.Accepted);
        CredentialChallenge challenge = MakeCredential.Create(tpm.EkPublic, tpm.AkPublic.Name, Nonce)!;
        Assert.Equal(Nonce, again.ActivateCredential(challenge));
    }
}
