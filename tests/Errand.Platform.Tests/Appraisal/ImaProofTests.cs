using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>A Proof of Trust that carries what the kernel has measured.</summary>
public sealed class ImaProofTests : IDisposable
{
    private static readonly byte[] Nonce = SHA256.HashData("the nonce of this case"u8);

    private readonly DevelopmentTpm _tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static PlatformPolicy Policy => Vendors.PolicyFor(Nonce) with { RequireIma = true };

    private static PlatformPolicy Listing(params string[] contents) => Policy with
    {
        Ima = new ImaPolicy { AllowedDigests = contents.Select(content => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)))}").ToHashSet(), AllowViolations = false, AllowPaddedSha1 = false },
    };

    public void Dispose() => _tpm.Dispose();

    private async Task<PlatformEvidence> OfferAsync(ReadOnlyMemory<byte>? nonce = null)
    {
        _tpm.MeasureFile("/usr/bin/init", "init"u8);
        _tpm.MeasureFile("/usr/bin/errand", "errand"u8);
        return await _tpm.CollectAsync(nonce ?? Nonce, DevelopmentTpm.MeasuredPcrs, Stop);
    }

    [Fact]
    public async Task A_list_with_its_quote_is_accepted_and_read_back_from_its_bytes()
    {
        PlatformEvidence evidence = await OfferAsync();
        Assert.NotNull(evidence.Ima);
        Assert.True(PlatformEvidence.TryParse(evidence.Encode(), out PlatformEvidence? read));
        Assert.Equal(AttestationReason.None, Appraise(read, Policy));
        Assert.Equal(AttestationReason.None, Appraise(read, Policy with { RequireIma = false }));
        Assert.Equal(AttestationReason.None, Appraise(read, Listing("init", "errand")));
        Assert.Equal(evidence.Encode(), read.Encode());
    }

    [Fact]
    public async Task A_machine_without_a_list_is_refused_only_where_one_is_required()
    {
        PlatformEvidence evidence = await _tpm.CollectAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Stop);
        Assert.Null(evidence.Ima);
        Assert.Equal(AttestationReason.ImaMissing, Appraise(evidence, Policy));
        Assert.Equal(AttestationReason.None, Appraise(evidence, Policy with { RequireIma = false }));
        // As it was before there were lists.
        Assert.True(PlatformEvidence.TryParse(evidence.Encode(), out PlatformEvidence? read));
        Assert.Null(read.Ima);
    }

    [Fact]
    public async Task A_file_that_is_not_listed_is_ima_file() => Assert.Equal(AttestationReason.ImaFile, Appraise(await OfferAsync(), Listing("init")));

    [Fact]
    public async Task Programs_that_start_after_the_offer_change_nothing()
    {
        PlatformEvidence evidence = await OfferAsync();
        _tpm.MeasureFile("/usr/bin/later", "later"u8);
        var list = (await ((IAttestingTpm)_tpm).ReadImaListAsync(Stop))!.Value;
        // The list was read a moment after the quote.
        Assert.Equal(AttestationReason.None, Appraise(evidence with { Ima = evidence.Ima! with { List = list } }, Listing("init", "errand")));
        // A fresh quote over the PCRs of the Proof of Trust is the same machine.
        TpmsAttest proof = TpmsAttest.TryParse(evidence.Attest.Span, out _)!;
        var qualified = new QualifiedPlatform(DevelopmentTpm.MeasuredPcrs, new Primitives.Bytes32(proof.PcrDigest.Span), proof.ClockInfo.ResetCount, proof.ClockInfo.RestartCount);
        byte[] report = SHA256.HashData("report"u8);
        TpmQuote fresh = _tpm.Quote(report, DevelopmentTpm.MeasuredPcrs);
        Assert.True(FreshQuoteAppraiser.Appraise(fresh.Attest.Span, fresh.Signature.Span, _tpm.AkPublic, report, qualified).Accepted);
    }

    [Fact]
    public async Task A_list_that_is_cut_or_changed_does_not_lead_to_the_quoted_pcr()
    {
        PlatformEvidence evidence = await OfferAsync();
        byte[] list = evidence.Ima!.List.ToArray();
        for (int size = 1; size < list.Length; size += 7)
            Assert.Contains(Appraise(evidence with { Ima = evidence.Ima with { List = list.AsMemory(0, size) } }, Policy), (AttestationReason[])[AttestationReason.Malformed, AttestationReason.PcrMismatch]);
        for (int at = 0; at < list.Length; at += 5)
        {
            byte[] changed = [.. list];
            changed[at] ^= 1;
            Assert.NotEqual(AttestationReason.None, Appraise(evidence with { Ima = evidence.Ima with { List = changed } }, Policy));
        }
    }

    [Fact]
    public async Task A_list_of_another_machine_or_boot_is_refused()
    {
        PlatformEvidence evidence = await OfferAsync();
        using DevelopmentTpm other = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System, boot: new DevelopmentBoot { Kernel = "another" });
        other.MeasureFile("/usr/bin/init", "init"u8);
        PlatformEvidence elsewhere = await other.CollectAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Stop);
        Assert.Equal(AttestationReason.QuoteSignature, Appraise(evidence with { Ima = elsewhere.Ima }, Policy));
        Assert.Equal(AttestationReason.PcrMismatch, Appraise(evidence with { Ima = evidence.Ima! with { List = elsewhere.Ima!.List } }, Policy));

        _tpm.Reboot();
        PlatformEvidence rebooted = await OfferAsync();
        Assert.Equal(AttestationReason.None, Appraise(rebooted, Policy));
        Assert.Equal(AttestationReason.PlatformChanged, Appraise(rebooted with { Ima = evidence.Ima }, Policy));
    }

    [Fact]
    public async Task A_list_that_begins_with_another_boot_is_ima_boot_aggregate()
    {
        byte[] wrong = DevelopmentImaEntry.Encode(ImaEntry.BootAggregate, new byte[32], out byte[] extended);
        _tpm.Extend(ImaVerifier.PcrIndex, extended);
        TpmQuote first = _tpm.Quote(Nonce, DevelopmentTpm.MeasuredPcrs), second = _tpm.Quote(Nonce, ImaEvidence.Quoted(DevelopmentTpm.MeasuredPcrs));
        PlatformEvidence evidence = PlatformEvidenceCollector.Combine(_tpm, first, _tpm.EventLog) with { Ima = new ImaEvidence(wrong, second.Attest, second.Signature, Told(second)) };
        Assert.Equal(AttestationReason.ImaBootAggregate, Appraise(evidence, Policy));
    }

    [Fact]
    public async Task The_lists_quote_has_the_offers_nonce_and_pcrs_and_the_very_values()
    {
        PlatformEvidence evidence = await OfferAsync();
        byte[] other = SHA256.HashData("another"u8);
        Assert.Equal(AttestationReason.Nonce, Appraise(evidence with { Ima = Quote(evidence, other, ImaEvidence.Quoted(DevelopmentTpm.MeasuredPcrs)) }, Policy));
        Assert.Equal(AttestationReason.PcrSelection, Appraise(evidence with { Ima = Quote(evidence, Nonce, new PcrSet(ImaEvidence.Quoted(DevelopmentTpm.MeasuredPcrs).Mask & ~(1u << 3))) }, Policy));
        byte[] values = evidence.Ima!.Values.ToArray();
        values[^1] ^= 1;
        Assert.Equal(AttestationReason.PcrDigest, Appraise(evidence with { Ima = evidence.Ima with { Values = values } }, Policy));
        // A quote that was made after the machine had changed: not the values of the first.
        _tpm.Extend(4, new byte[32]);
        Assert.Equal(AttestationReason.PcrDigest, Appraise(evidence with { Ima = Quote(evidence, Nonce, ImaEvidence.Quoted(DevelopmentTpm.MeasuredPcrs)) }, Policy));
    }

    [Fact]
    public async Task All_four_parts_are_there_or_none()
    {
        PlatformEvidence evidence = await OfferAsync();
        Assert.False(PlatformEvidence.TryParse((evidence with { Ima = evidence.Ima! with { Values = new byte[32 * 3] } }).Encode(), out _));
        Assert.False(PlatformEvidence.TryParse((evidence with { Ima = evidence.Ima with { List = default } }).Encode(), out _));
        Assert.False(PlatformEvidence.TryParse((evidence with { Ima = evidence.Ima with { Attest = default } }).Encode(), out _));
        Assert.False(PlatformEvidence.TryParse((evidence with { Ima = evidence.Ima with { Signature = default } }).Encode(), out _));
    }

    [Fact]
    public async Task A_list_that_no_entry_has_room_for_is_left_out()
    {
        for (int i = 0; i < 700; i++) _tpm.MeasureFile($"/usr/lib/a-file-with-quite-a-long-name-{i}", BitConverter.GetBytes(i));
        PlatformEvidence evidence = await OfferAsync();
        Assert.Null(evidence.Ima);
        Assert.True(evidence.Fits);
    }

    private ImaEvidence Quote(PlatformEvidence evidence, byte[] nonce, PcrSet pcrs)
    {
        TpmQuote quote = _tpm.Quote(nonce, pcrs);
        return evidence.Ima! with { Attest = quote.Attest, Signature = quote.Signature };
    }

    private static ReadOnlyMemory<byte> Told(TpmQuote quote) => quote.Pcrs.Concatenate(new PcrSet(ImaEvidence.Pcrs.Mask & ~DevelopmentTpm.MeasuredPcrs.Mask));

    private static AttestationReason Appraise(PlatformEvidence evidence, PlatformPolicy policy) => PlatformAppraiser.Appraise(evidence, policy, Vendors.Now).Result.Reason;
}
