using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>Conformance cases that need a TPM, on a live one.</summary>
public sealed class SwtpmConformanceTests(SwtpmFixture swtpm) : IClassFixture<SwtpmFixture>
{
    private static readonly byte[] Nonce = SHA256.HashData("the nonce of this case"u8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PlatformPolicy Policy => Vendors.PolicyFor(Nonce) with
    {
        Roots = swtpm.Roots,
        EkTemplates = new Dictionary<TpmVendor, EkTemplate> { [SwtpmAuthority.Vendor] = SwtpmAuthority.Template },
    };

    [Fact]
    public async Task T_78_of_one_tpms_two_endorsement_keys_one_counts()
    {
        Assert.Equal(AttestationReason.None, Appraise(await CollectAsync(EkTemplate.RsaL1, Nonce), Policy));
        Assert.Equal(AttestationReason.EkTemplate, Appraise(await CollectAsync(EkTemplate.EccL2, Nonce), Policy));
    }

    [Fact]
    public async Task T_80_software_tpm_where_only_vendors_count_is_refused() =>
        Assert.NotEqual(AttestationReason.None, Appraise(await CollectAsync(EkTemplate.RsaL1, Nonce), Policy with { Roots = TrustedRoots.Vendors }));

    [Fact]
    public async Task T_80_root_of_another_class_is_root_class()
    {
        TrustedRoots cloud = TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.TpmCloud, "cloud", swtpm.Authority.RootDigest);
        Assert.Equal(AttestationReason.RootClass, Appraise(await CollectAsync(EkTemplate.RsaL1, Nonce), Policy with { Roots = cloud }));
    }

    [Fact]
    public async Task T_81_and_T_82_relayed_and_stale_quotes()
    {
        byte[] other = SHA256.HashData("another node"u8);
        PlatformEvidence relayed = await CollectAsync(EkTemplate.RsaL1, other);
        Assert.Equal(AttestationReason.Nonce, Appraise(relayed, Policy));
        Assert.Equal(AttestationReason.NonceOld, Appraise(relayed, Policy with { ExpiredNonces = [other] }));
    }

    [Fact]
    public async Task T_86_log_of_another_boot_is_event_log()
    {
        PlatformEvidence evidence = await CollectAsync(EkTemplate.RsaL1, Nonce);
        byte[] another = DevelopmentEventLog.Write(new DevelopmentBoot { Kernel = "another" }, startupLocality: 0);
        Assert.Equal(AttestationReason.EventLog, Appraise(evidence with { EventLog = another }, Policy));
    }

    [Fact]
    public async Task T_88_challenge_for_the_key_of_another_tpm_is_not_answered()
    {
        using DevelopmentTpm other = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        await using LiveTpm tpm = await OpenAsync(EkTemplate.RsaL1);
        Assert.Null(await tpm.ActivateCredentialAsync(MakeCredential.Create(tpm.EkPublic, other.AkPublic.Name, Nonce)!, Cancellation));
        Assert.Null(await tpm.ActivateCredentialAsync(MakeCredential.Create(other.EkPublic, tpm.AkPublic.Name, Nonce)!, Cancellation));
    }

    [Fact]
    public async Task T_90_denied_by_vendor_model_and_firmware()
    {
        PlatformEvidence evidence = await CollectAsync(EkTemplate.RsaL1, Nonce);
        ulong firmware = TpmsAttest.TryParse(evidence.Attest.Span, out _)!.FirmwareVersion;
        Assert.Equal(AttestationReason.TpmDenied, Appraise(evidence, Policy with { DeniedTpms = [new DeniedTpm(SwtpmAuthority.Vendor, null, null)] }));
        Assert.Equal(AttestationReason.TpmDenied, Appraise(evidence, Policy with { DeniedTpms = [new DeniedTpm(SwtpmAuthority.Vendor, "swtpm", firmware)] }));
        Assert.Equal(AttestationReason.None, Appraise(evidence, Policy with { DeniedTpms = [new DeniedTpm(SwtpmAuthority.Vendor, "swtpm", unchecked(firmware + 1))] }));
    }

    private static AttestationReason Appraise(PlatformEvidence evidence, PlatformPolicy policy) => PlatformAppraiser.Appraise(evidence, policy, TimeProvider.System.GetUtcNow()).Result.Reason;

    private async Task<PlatformEvidence> CollectAsync(EkTemplate template, byte[] nonce)
    {
        await using LiveTpm tpm = await OpenAsync(template);
        return await tpm.CollectAsync(nonce, DevelopmentTpm.MeasuredPcrs, Cancellation);
    }

    private Task<LiveTpm> OpenAsync(EkTemplate template) => LiveTpm.OpenAsync(swtpm.Machine.Tpm, swtpm.Options(template), TimeProvider.System, Cancellation);
}
