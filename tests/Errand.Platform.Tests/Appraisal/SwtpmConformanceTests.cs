using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

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
    public async Task T_81_quote_of_a_live_tpm_for_another_node_is_nonce() =>
        Assert.Equal(AttestationReason.Nonce, Appraise(await CollectAsync(EkTemplate.RsaL1, SHA256.HashData("another node"u8)), Policy));

    [Fact]
    public async Task T_82_quote_of_a_live_tpm_of_an_earlier_epoch_is_nonce_old()
    {
        byte[] old = SHA256.HashData("epoch before last"u8);
        Assert.Equal(AttestationReason.NonceOld, Appraise(await CollectAsync(EkTemplate.RsaL1, old), Policy with { ExpiredNonces = [old] }));
    }

    [Fact]
    public async Task T_81_nonce_quoted_by_a_genuine_tpm_elsewhere_passes_as_identity_and_as_no_more()
    {
        // Whoever holds any certified TPM can have it quote his node's nonce: what is shown then is a genuine TPM, and no machine's state.
        PlatformEvidence elsewhere = await CollectAsync(EkTemplate.RsaL1, Nonce);
        AttestationResult identity = PlatformAppraiser.Appraise(elsewhere, Policy, TimeProvider.System.GetUtcNow()).Result;
        Assert.True(identity.Accepted);
        AttestationCheck reference = Assert.Single(identity.Checks, check => check.Name == "platform-reference");
        Assert.Equal(CheckOutcome.NotChecked, reference.Outcome);
        Assert.Contains("identity", reference.Explanation + reference.Actual, StringComparison.Ordinal);
        Assert.Equal(AttestationReason.Measurement, Appraise(elsewhere, Policy with { Class = PlatformClass.Platform }));
    }

    [Fact]
    public async Task T_86_event_of_a_live_log_altered_dropped_or_swapped_is_event_log()
    {
        PlatformEvidence evidence = await CollectAsync(EkTemplate.RsaL1, Nonce);
        byte[] log = evidence.EventLog.ToArray();
        for (int i = 1; i < LogEvents.Read(log).Count; i++)
        {
            int index = i;
            if (!LogEvents.Read(log)[index].Extends) continue;
            Assert.Equal(AttestationReason.EventLog, AppraiseLog(events => events[index] = LogEvents.WithDigest(events[index], new byte[32])));
            Assert.Equal(AttestationReason.EventLog, AppraiseLog(events => events.RemoveAt(index)));
        }
        Assert.Equal(AttestationReason.EventLog, AppraiseLog(events =>
        {
            int second = events.FindLastIndex(item => item.PcrIndex == 7 && item.Type != EventTypes.Separator), first = events.FindIndex(item => item.PcrIndex == 7);
            Assert.NotEqual(first, second);
            (events[first], events[second]) = (events[second], events[first]);
        }));

        AttestationReason AppraiseLog(Action<List<LoggedEvent>> change) => Appraise(evidence with { EventLog = LogEvents.Change(log, change) }, Policy);
    }

    [Fact]
    public async Task T_86_log_of_another_boot_is_event_log()
    {
        PlatformEvidence evidence = await CollectAsync(EkTemplate.RsaL1, Nonce);
        byte[] another = DevelopmentEventLog.Write(new DevelopmentBoot { Kernel = "another" }, startupLocality: 0);
        Assert.Equal(AttestationReason.EventLog, Appraise(evidence with { EventLog = another }, Policy));
    }

    [Fact]
    public async Task A_kernels_measurement_list_is_proven_by_a_second_quote_of_a_live_tpm()
    {
        var client = new TpmClient(swtpm.Machine.Tpm, TimeProvider.System);
        string file = swtpm.At("ima-list");
        LiveTpmOptions options = swtpm.Options(EkTemplate.RsaL1) with { ImaFile = file };
        PlatformPolicy policy = Policy with { RequireIma = true };
        await using LiveTpm tpm = await LiveTpm.OpenAsync(swtpm.Machine.Tpm, options, TimeProvider.System, Cancellation);
        await Assert.ThrowsAsync<TpmException>(async () => await tpm.CollectAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Cancellation));
        PcrBank boot = await client.ReadPcrsAsync(TpmAlgorithm.Sha256, ImaEvidence.Pcrs, Cancellation);
        await MeasureAsync(ImaEntry.BootAggregate, SHA256.HashData(boot.Concatenate(PcrSet.Of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9))));
        await MeasureAsync("/usr/bin/errand", SHA256.HashData("errand"u8));
        PlatformEvidence evidence = await tpm.CollectAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Cancellation);
        Assert.Equal(AttestationReason.None, Appraise(evidence, policy));
        // Something ran that the list does not say.
        await client.ExtendPcrAsync(ImaVerifier.PcrIndex, TpmAlgorithm.Sha256, new byte[32], Cancellation);
        Assert.Equal(AttestationReason.PcrMismatch, Appraise(await tpm.CollectAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Cancellation), policy));

        async Task MeasureAsync(string path, byte[] digest)
        {
            byte[] entry = DevelopmentImaEntry.Encode(path, digest, out byte[] extended);
            await File.AppendAllBytesAsync(file, entry, Cancellation);
            await client.ExtendPcrAsync(ImaVerifier.PcrIndex, TpmAlgorithm.Sha256, extended, Cancellation);
        }
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
