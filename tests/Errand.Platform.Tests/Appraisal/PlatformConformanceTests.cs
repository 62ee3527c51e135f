using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Primitives;

namespace Errand.Platform.Tests;

/// <summary>One good Proof of Trust, then each thing broken in turn with its exact reason.</summary>
public sealed class PlatformConformanceTests : IDisposable
{
    private static readonly byte[] Nonce = SHA256.HashData("the nonce of this case"u8);

    private readonly ForgingTpm _tpm = new();

    public void Dispose() => _tpm.Dispose();

    [Fact]
    public void T_39_development_tpm_under_production_roots_is_development_root() =>
        AssertRejected(AttestationReason.DevelopmentRoot, _tpm.Forge(Nonce), Policy with { Roots = TrustedRoots.Vendors });

    [Fact]
    public void T_80_root_of_another_class_or_unknown_is_root_class()
    {
        TrustedRoots cloud = TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.TpmCloud, "cloud", Vendors.Genoa.TpmRootDigest);
        AssertRejected(AttestationReason.RootClass, _tpm.Forge(Nonce), Policy with { Roots = cloud });
    }

    [Fact]
    public void T_78_key_of_another_template_than_the_vendors_is_ek_template()
    {
        AssertRejected(AttestationReason.EkTemplate, _tpm.Forge(Nonce), Vendors.PolicyFor(Nonce, EkTemplate.RsaL1));
        AssertRejected(AttestationReason.EkTemplate, _tpm.Forge(Nonce), Policy with { EkTemplates = new Dictionary<TpmVendor, EkTemplate>() });
    }

    [Fact]
    public void T_81_quote_with_another_nodes_nonce_is_nonce() => AssertRejected(AttestationReason.Nonce, _tpm.Forge(SHA256.HashData("another node"u8)), Policy);

    [Fact]
    public void T_82_quote_with_an_earlier_epochs_nonce_is_nonce_old()
    {
        byte[] old = SHA256.HashData("epoch before last"u8);
        AssertRejected(AttestationReason.NonceOld, _tpm.Forge(old), Policy with { ExpiredNonces = [old] });
    }

    [Fact]
    public void T_85_sha1_bank_is_pcr_selection()
    {
        PlatformEvidence evidence = _tpm.Forge(Nonce, selections: [new PcrSelection(TpmAlgorithm.Sha1, DevelopmentTpm.MeasuredPcrs)]);
        AssertRejected(AttestationReason.PcrSelection, evidence, Policy);
        PlatformEvidence both = _tpm.Forge(Nonce, selections: [new PcrSelection(TpmAlgorithm.Sha256, DevelopmentTpm.MeasuredPcrs), new PcrSelection(TpmAlgorithm.Sha384, new PcrSet(0))]);
        AssertRejected(AttestationReason.PcrSelection, both, Policy);
    }

    [Fact]
    public void T_85_missing_or_extra_pcr_is_pcr_selection()
    {
        PcrSet missing = new(DevelopmentTpm.MeasuredPcrs.Mask & ~(1u << 4));
        PcrSet extra = new(DevelopmentTpm.MeasuredPcrs.Mask | 1u << 8);
        Assert.Equal(AttestationReason.PcrSelection, Appraise(_tpm.Forge(Nonce, pcrs: missing), Policy).Reason);
        Assert.Equal(AttestationReason.PcrSelection, Appraise(_tpm.Forge(Nonce, pcrs: extra), Policy).Reason);
        Assert.Equal(AttestationReason.PcrSelection, Appraise(_tpm.Forge(Nonce, pcrs: new PcrSet(0)), Policy with { RequiredPcrs = new PcrSet(0) }).Reason);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(17)]
    public void T_85_pcr_that_was_never_extended_is_pcr_zero(int index)
    {
        PcrSet pcrs = new(DevelopmentTpm.MeasuredPcrs.Mask | 1u << index);
        AssertRejected(AttestationReason.PcrZero, _tpm.Forge(Nonce, pcrs: pcrs), Policy with { RequiredPcrs = pcrs });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void T_85_log_without_a_separator_is_event_log(int index)
    {
        PlatformEvidence evidence = _tpm.ForgeLog(Nonce, events => events.RemoveAll(item => item.PcrIndex == index && item.Type == EventTypes.Separator));
        AssertRejected(AttestationReason.EventLog, evidence, Policy with { RequireSecureBoot = false });
    }

    [Fact]
    public void T_86_event_altered_dropped_or_swapped_is_event_log()
    {
        int count = LogEvents.Read(_tpm.Log).Count;
        for (int i = 2; i < count; i++)
        {
            int index = i;
            Assert.Equal(AttestationReason.EventLog, Appraise(_tpm.Forge(Nonce, log: LogEvents.Change(_tpm.Log, events => events[index] = LogEvents.WithDigest(events[index], new byte[32]))), Policy).Reason);
            Assert.Equal(AttestationReason.EventLog, Appraise(_tpm.Forge(Nonce, log: LogEvents.Change(_tpm.Log, events => events.RemoveAt(index))), Policy).Reason);
        }
        byte[] swapped = LogEvents.Change(_tpm.Log, events => (events[2], events[3]) = (events[3], events[2]));
        Assert.Equal(AttestationReason.EventLog, Appraise(_tpm.Forge(Nonce, log: swapped), Policy).Reason);
        Assert.Equal(AttestationReason.EventLog, Appraise(_tpm.Forge(Nonce, log: []), Policy).Reason);
        Assert.Equal(AttestationReason.EventLog, Appraise(_tpm.Forge(Nonce, log: _tpm.Log[..^1]), Policy).Reason);
    }

    [Theory]
    [InlineData("fixed-tpm")]
    [InlineData("fixed-parent")]
    [InlineData("sensitive-data-origin")]
    [InlineData("restricted")]
    [InlineData("sign")]
    [InlineData("decrypt")]
    [InlineData("sha1")]
    [InlineData("null-scheme")]
    public void T_87_key_with_other_attributes_or_scheme_is_ak_attributes(string what)
    {
        PlatformEvidence evidence = _tpm.ForgeKey(Nonce, what);
        PlatformAppraisal appraisal = PlatformAppraiser.Appraise(evidence, Policy, Vendors.Now);
        Assert.Equal(AttestationReason.AkAttributes, appraisal.Result.Reason);
        Assert.Null(appraisal.Platform);
    }

    [Fact]
    public void T_88_challenge_for_the_key_of_another_tpm_is_not_answered()
    {
        using DevelopmentTpm first = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        using DevelopmentTpm second = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        CredentialChallenge foreignKey = MakeCredential.Create(first.EkPublic, second.AkPublic.Name, Nonce)!;
        Assert.Null(first.ActivateCredential(foreignKey));
        Assert.Null(second.ActivateCredential(foreignKey));
    }

    [Fact]
    public void T_90_tpm_on_the_deny_list_is_tpm_denied()
    {
        AssertRejected(AttestationReason.TpmDenied, _tpm.Forge(Nonce), Policy with { DeniedTpms = [new DeniedTpm(DevelopmentTpm.Vendor, DevelopmentTpm.Model, null)] });
        AssertRejected(AttestationReason.TpmDenied, _tpm.Forge(Nonce), Policy with { DeniedTpms = [new DeniedTpm(DevelopmentTpm.Vendor, null, ForgingTpm.FirmwareVersion)] });
        Assert.True(Appraise(_tpm.Forge(Nonce), Policy with { DeniedTpms = [new DeniedTpm(DevelopmentTpm.Vendor, null, 1)] }).Accepted);
    }

    [Fact]
    public void Platform_class_takes_listed_states_only()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        PlatformEvidence evidence = tpm.Collect(Nonce, DevelopmentTpm.MeasuredPcrs);
        var reference = new PlatformReference { Name = "development boot", Pcrs = evidence.Pcrs.Pcrs.Indices().ToDictionary(index => index, index => evidence.Pcrs[index]) };
        PlatformPolicy listed = Policy with { Class = PlatformClass.Platform, References = [reference] };
        Assert.True(Appraise(evidence, listed).Accepted);
        AssertRejected(AttestationReason.Measurement, evidence, listed with { References = [] });
        AssertRejected(AttestationReason.Measurement, evidence, listed with { References = [reference with { Pcrs = new Dictionary<int, ReadOnlyMemory<byte>>() }] });
        tpm.Reboot(new DevelopmentBoot { Kernel = "another kernel" });
        AssertRejected(AttestationReason.Measurement, tpm.Collect(Nonce, DevelopmentTpm.MeasuredPcrs), listed);
    }

    [Fact]
    public void Secure_boot_off_is_secure_boot_where_required()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System, boot: new DevelopmentBoot { SecureBoot = false });
        PlatformEvidence evidence = tpm.Collect(Nonce, DevelopmentTpm.MeasuredPcrs);
        AssertRejected(AttestationReason.SecureBoot, evidence, Policy);
        Assert.True(Appraise(evidence, Policy with { RequireSecureBoot = false }).Accepted);
    }

    [Fact]
    public void Secure_boot_claimed_by_the_booted_system_is_event_log()
    {
        // Secure Boot is off. Whoever holds the booted system extends PCR 7 with "it is on" and a separator, and renames the firmware's events.
        PlatformEvidence evidence = _tpm.ForgeLog(Nonce, events =>
        {
            LoggedEvent on = events.Single(item => item.Type == EventTypes.EfiVariableDriverConfig && item.Data.Length == 32 + 2 * 10 + 1);
            int first = events.IndexOf(on);
            int separator = events.FindIndex(item => item.PcrIndex == 7 && item.Type == EventTypes.Separator);
            byte[] off = [.. on.Data.Span[..^1], 0];
            events.Add(on);
            events.Add(events[separator]);
            events[first] = LogEvents.WithDigest(on with { Type = EventTypes.EfiAction, Data = off }, SHA256.HashData(off));
            events[separator] = events[separator] with { Type = EventTypes.EfiAction, Data = "Calling EFI Application from Boot Option"u8.ToArray() };
        });
        Assert.Equal(AttestationReason.EventLog, Appraise(evidence, Policy).Reason);
    }

    [Fact]
    public void Each_part_exchanged_has_its_reason()
    {
        PlatformEvidence evidence = _tpm.Forge(Nonce);
        using var other = new ForgingTpm();
        PlatformEvidence foreign = other.Forge(SHA256.HashData(Nonce));
        Assert.Equal(AttestationReason.EkCertificate, Appraise(evidence with { EkPublic = foreign.EkPublic }, Policy).Reason);
        Assert.Equal(AttestationReason.EkCertificate, Appraise(evidence with { EkCertificateChain = foreign.EkCertificateChain }, Policy).Reason);
        Assert.Equal(AttestationReason.QuoteSignature, Appraise(evidence with { AkPublic = foreign.AkPublic }, Policy).Reason);
        Assert.Equal(AttestationReason.QuoteSignature, Appraise(evidence with { Signature = foreign.Signature }, Policy).Reason);
        Assert.Equal(AttestationReason.QuoteSignature, Appraise(evidence with { Attest = foreign.Attest }, Policy).Reason);
        Assert.Equal(AttestationReason.Malformed, Appraise(evidence with { EkPublic = new byte[10] }, Policy).Reason);
        Assert.Equal(AttestationReason.Malformed, Appraise(evidence with { AkPublic = evidence.EkPublic[..^1] }, Policy).Reason);
        Assert.Equal(AttestationReason.Malformed, Appraise(evidence with { EkCertificateChain = [] }, Policy).Reason);
        Assert.Equal(AttestationReason.CertificateChain, Appraise(evidence with { EkCertificateChain = [evidence.EkCertificateChain[0], evidence.EkCertificateChain[0]] }, Policy).Reason);
        Assert.Equal(AttestationReason.CertificateExpired, PlatformAppraiser.Appraise(evidence, Policy, Vendors.Now.AddYears(30)).Result.Reason);
    }

    [Fact]
    public void T_83_machine_started_again_or_changed_is_platform_changed()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        QualifiedPlatform qualified = Qualify(tpm);
        Assert.Equal(AttestationReason.None, Fresh(tpm, qualified, Nonce).Reason);
        tpm.Reboot();
        AttestationResult restarted = Fresh(tpm, qualified, Nonce);
        Assert.Equal(AttestationReason.PlatformChanged, restarted.Reason);
        Assert.Equal("platform-boot", restarted.FirstFailure!.Name);
        QualifiedPlatform again = Qualify(tpm);
        tpm.Reboot(new DevelopmentBoot { Kernel = "something else" });
        AttestationResult changed = Fresh(tpm, again with { ResetCount = tpm.ResetCount }, Nonce);
        Assert.Equal("platform-pcrs", Assert.Single(changed.Checks, check => check.Outcome == CheckOutcome.Failed).Name);
    }

    [Fact]
    public void T_84_fresh_quote_over_another_report_is_quote_binding()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        Assert.Equal(AttestationReason.QuoteBinding, Fresh(tpm, Qualify(tpm), SHA256.HashData("another report"u8)).Reason);
    }

    private static PlatformPolicy Policy => Vendors.PolicyFor(Nonce);

    private static AttestationResult Appraise(PlatformEvidence evidence, PlatformPolicy policy) => PlatformAppraiser.Appraise(evidence, policy, Vendors.Now).Result;

    private static void AssertRejected(AttestationReason reason, PlatformEvidence evidence, PlatformPolicy policy)
    {
        AttestationResult result = Appraise(evidence, policy);
        Assert.Equal(reason, result.Reason);
        Assert.Single(result.Checks, check => check.Outcome == CheckOutcome.Failed);
    }

    private static QualifiedPlatform Qualify(DevelopmentTpm tpm)
    {
        VerifiedPlatform platform = PlatformAppraiser.Appraise(tpm.Collect(Nonce, DevelopmentTpm.MeasuredPcrs), Policy, Vendors.Now).Platform!;
        return new QualifiedPlatform(DevelopmentTpm.MeasuredPcrs, new Bytes32(platform.Quote.PcrDigest.Span), platform.Quote.ClockInfo.ResetCount, platform.Quote.ClockInfo.RestartCount);
    }

    private static AttestationResult Fresh(DevelopmentTpm tpm, QualifiedPlatform qualified, byte[] quotedNonce)
    {
        TpmQuote quote = tpm.Quote(quotedNonce, DevelopmentTpm.MeasuredPcrs);
        return FreshQuoteAppraiser.Appraise(quote.Attest.Span, quote.Signature.Span, tpm.AkPublic, Nonce, qualified);
    }
}
