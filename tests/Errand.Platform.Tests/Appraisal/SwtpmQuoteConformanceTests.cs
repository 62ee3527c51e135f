using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>Conformance cases of quotes and keys, made by a live TPM that was asked for them.</summary>
public sealed class SwtpmQuoteConformanceTests(SwtpmFixture swtpm) : IClassFixture<SwtpmFixture>
{
    private const TpmObjectAttributes Fixed = TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent;
    private const TpmObjectAttributes Usual = TpmObjectAttributes.SensitiveDataOrigin | TpmObjectAttributes.UserWithAuth | TpmObjectAttributes.NoDa | TpmObjectAttributes.Sign;
    private static readonly byte[] Nonce = SHA256.HashData("the nonce of this case"u8);
    private static readonly PcrSet Required = DevelopmentTpm.MeasuredPcrs;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PlatformPolicy Policy => Vendors.PolicyFor(Nonce, EkTemplate.RsaL1) with
    {
        Roots = swtpm.Roots,
        EkTemplates = new Dictionary<TpmVendor, EkTemplate> { [SwtpmAuthority.Vendor] = SwtpmAuthority.Template },
    };

    [Fact]
    public async Task T_85_quote_of_a_live_tpm_over_the_sha1_bank_is_pcr_selection() =>
        AssertRejected(AttestationReason.PcrSelection, await QuoteAsync([new PcrSelection(TpmAlgorithm.Sha1, Required)], Required), Policy);

    [Theory]
    [InlineData(0x0EF)]
    [InlineData(0x3FF)]
    public async Task T_85_quote_of_a_live_tpm_over_fewer_or_more_pcrs_is_pcr_selection(uint mask)
    {
        var other = new PcrSet(mask);
        AssertRejected(AttestationReason.PcrSelection, await QuoteAsync([new PcrSelection(TpmAlgorithm.Sha256, other)], other), Policy);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(17)]
    public async Task T_85_pcr_of_a_live_tpm_that_was_never_extended_is_pcr_zero(int index)
    {
        var pcrs = new PcrSet(Required.Mask | 1u << index);
        AssertRejected(AttestationReason.PcrZero, await QuoteAsync([new PcrSelection(TpmAlgorithm.Sha256, pcrs)], pcrs), Policy with { RequiredPcrs = pcrs });
    }

    [Fact]
    public async Task T_85_boot_of_a_live_tpm_without_a_separator_is_event_log()
    {
        byte[] log = LogEvents.Change(DevelopmentEventLog.Write(new DevelopmentBoot(), startupLocality: 0), events => events.RemoveAll(item => item.PcrIndex == 0 && item.Type == EventTypes.Separator));
        try
        {
            await swtpm.BootAsync(log, Cancellation);
            AssertRejected(AttestationReason.EventLog, await QuoteAsync([new PcrSelection(TpmAlgorithm.Sha256, Required)], Required) with { EventLog = log }, Policy);
        }
        finally
        {
            await swtpm.Machine.RebootAsync(new DevelopmentBoot(), Cancellation);
        }
    }

    [Theory]
    [InlineData("as it must be", AttestationReason.None)]
    [InlineData("not fixed to its TPM", AttestationReason.AkAttributes)]
    [InlineData("unrestricted", AttestationReason.AkAttributes)]
    [InlineData("with decrypt", AttestationReason.AkAttributes)]
    [InlineData("another scheme", AttestationReason.AkAttributes)]
    public async Task T_87_live_key_with_other_attributes_or_scheme_is_ak_attributes(string what, AttestationReason expected)
    {
        byte[] template = what switch
        {
            "as it must be" => LooseKey.Template(Fixed | Usual | TpmObjectAttributes.Restricted, TpmAlgorithm.Sha256),
            "not fixed to its TPM" => LooseKey.Template(Usual | TpmObjectAttributes.Restricted, TpmAlgorithm.Sha256),
            "unrestricted" => LooseKey.Template(Fixed | Usual, TpmAlgorithm.Sha256),
            "with decrypt" => LooseKey.Template(Fixed | Usual | TpmObjectAttributes.Decrypt, TpmAlgorithm.Null),
            "another scheme" => LooseKey.Template(Fixed | Usual | TpmObjectAttributes.Restricted, TpmAlgorithm.Sha1),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        PlatformEvidence evidence = await QuoteAsync([new PcrSelection(TpmAlgorithm.Sha256, Required)], Required, template);
        Assert.Equal(expected, PlatformAppraiser.Appraise(evidence, Policy, TimeProvider.System.GetUtcNow()).Result.Reason);
    }

    private async Task<PlatformEvidence> QuoteAsync(IReadOnlyList<PcrSelection> selections, PcrSet values, byte[]? template = null)
    {
        await using LiveTpm genuine = await LiveTpm.OpenAsync(swtpm.Machine.Tpm, swtpm.Options(EkTemplate.RsaL1), TimeProvider.System, Cancellation);
        LooseKey key = await LooseKey.CreateAsync(swtpm.Machine.Tpm, genuine, template ?? TpmKeyTemplates.AttestationKey(TpmAlgorithm.Ecc), Cancellation);
        return await key.CollectAsync(Nonce, selections, values, Cancellation);
    }

    private static void AssertRejected(AttestationReason reason, PlatformEvidence evidence, PlatformPolicy policy)
    {
        AttestationResult result = PlatformAppraiser.Appraise(evidence, policy, TimeProvider.System.GetUtcNow()).Result;
        Assert.Equal(reason, result.Reason);
    }
}
