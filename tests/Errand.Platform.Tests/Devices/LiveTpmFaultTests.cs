using System.Diagnostics;
using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>What happens to TPMs in the field: resets, leaks of others, lockout, lost files, another machine's disk.</summary>
public sealed class LiveTpmFaultTests(SwtpmFixture swtpm) : IClassFixture<SwtpmFixture>
{
    private static readonly byte[] Nonce = SHA256.HashData("nonce"u8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TpmClient Client => new(swtpm.Machine.Tpm, TimeProvider.System);

    [Fact]
    public async Task Tpm_reset_under_it_is_survived_with_the_same_keys()
    {
        await using LiveTpm tpm = await OpenAsync();
        TpmsAttest before = TpmsAttest.TryParse((await tpm.QuoteAsync(Nonce, PcrSet.Of(0), Cancellation)).Attest.Span, out _)!;
        byte[] name = tpm.AkPublic.Name;
        await swtpm.Machine.RebootAsync(new DevelopmentBoot(), Cancellation);
        TpmQuote quote = await tpm.QuoteAsync(Nonce, PcrSet.Of(0), Cancellation);
        TpmsAttest after = TpmsAttest.TryParse(quote.Attest.Span, out _)!;
        Assert.True(QuoteVerifier.Verify(quote.Attest.Span, quote.Signature.Span, TpmKey.FromPublicArea(tpm.AkPublic)!, Nonce, [quote.Pcrs]).Result.Accepted);
        Assert.Equal(name, tpm.AkPublic.Name);
        Assert.True(after.ClockInfo.ResetCount > before.ClockInfo.ResetCount);
        await swtpm.Machine.RebootAsync(new DevelopmentBoot(), Cancellation);
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        Assert.Equal(secret, await tpm.ActivateCredentialAsync(MakeCredential.Create(tpm.EkPublic, name, secret)!, Cancellation));
        await RequireNothingLoadedAsync();
    }

    [Fact]
    public async Task T_83_rebooted_since_or_booted_otherwise_is_platform_changed()
    {
        await using LiveTpm tpm = await OpenAsync();
        TpmQuote offered = await tpm.QuoteAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Cancellation);
        TpmsAttest at = TpmsAttest.TryParse(offered.Attest.Span, out _)!;
        Assert.True(Primitives.Bytes32.TryRead(at.PcrDigest.Span, out Primitives.Bytes32 digest));
        var qualified = new QualifiedPlatform(DevelopmentTpm.MeasuredPcrs, digest, at.ClockInfo.ResetCount, at.ClockInfo.RestartCount);
        Assert.True((await FreshAsync()).Accepted);
        await swtpm.Machine.RebootAsync(new DevelopmentBoot(), Cancellation);
        Assert.Equal(AttestationReason.PlatformChanged, (await FreshAsync()).Reason);
        await swtpm.Machine.RebootAsync(new DevelopmentBoot { Kernel = "another" }, Cancellation);
        Assert.Equal(AttestationReason.PlatformChanged, (await FreshAsync()).Reason);
        await swtpm.Machine.RebootAsync(new DevelopmentBoot(), Cancellation);

        async Task<AttestationResult> FreshAsync()
        {
            TpmQuote quote = await tpm.QuoteAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Cancellation);
            return FreshQuoteAppraiser.Appraise(quote.Attest.Span, quote.Signature.Span, tpm.AkPublic, Nonce, qualified);
        }
    }

    [Fact]
    public async Task T_84_fresh_quote_of_a_live_tpm_over_another_report_is_quote_binding()
    {
        await using LiveTpm tpm = await OpenAsync();
        TpmQuote quote = await tpm.QuoteAsync(SHA256.HashData("another report"u8), DevelopmentTpm.MeasuredPcrs, Cancellation);
        TpmsAttest at = TpmsAttest.TryParse(quote.Attest.Span, out _)!;
        Assert.True(Primitives.Bytes32.TryRead(at.PcrDigest.Span, out Primitives.Bytes32 digest));
        var qualified = new QualifiedPlatform(DevelopmentTpm.MeasuredPcrs, digest, at.ClockInfo.ResetCount, at.ClockInfo.RestartCount);
        Assert.Equal(AttestationReason.QuoteBinding, FreshQuoteAppraiser.Appraise(quote.Attest.Span, quote.Signature.Span, tpm.AkPublic, Nonce, qualified).Reason);
    }

    [Fact]
    public async Task Nothing_leaks_in_a_thousand_quotes()
    {
        await using LiveTpm tpm = await OpenAsync();
        await RequireNothingLoadedAsync();
        long begun = Stopwatch.GetTimestamp();
        for (int i = 0; i < 1000; i++) await tpm.QuoteAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Cancellation);
        TimeSpan quotes = Stopwatch.GetElapsedTime(begun);
        CredentialChallenge challenge = MakeCredential.Create(tpm.EkPublic, tpm.AkPublic.Name, Nonce)!;
        begun = Stopwatch.GetTimestamp();
        for (int i = 0; i < 50; i++) Assert.Equal(Nonce, await tpm.ActivateCredentialAsync(challenge, Cancellation));
        TestContext.Current.TestOutputHelper?.WriteLine($"a quote: {quotes.TotalMilliseconds / 1000:0.00} ms; a challenge: {Stopwatch.GetElapsedTime(begun).TotalMilliseconds / 50:0.00} ms");
        await RequireNothingLoadedAsync();
    }

    [Fact]
    public async Task Attestation_key_is_kept_and_made_anew_when_its_file_is_gone_or_damaged()
    {
        LiveTpmOptions options = swtpm.Options(EkTemplate.RsaL1) with { AttestationKeyFile = swtpm.At("kept") };
        await using LiveTpm first = await OpenAsync(options);
        await using LiveTpm second = await OpenAsync(options);
        Assert.True(first.IsNewAttestationKey);
        Assert.False(second.IsNewAttestationKey);
        Assert.Equal(first.AkPublic.Name, second.AkPublic.Name);
        byte[] file = await File.ReadAllBytesAsync(options.AttestationKeyFile, Cancellation);
        for (int i = 0; i < file.Length; i += 17)
        {
            byte[] damaged = [.. file];
            damaged[i] ^= 0x40;
            await File.WriteAllBytesAsync(options.AttestationKeyFile, damaged, Cancellation);
            await using LiveTpm third = await OpenAsync(options);
            Assert.True(third.IsNewAttestationKey, $"byte {i}");
            Assert.NotNull(await third.QuoteAsync(Nonce, PcrSet.Of(0), Cancellation));
        }
        await RequireNothingLoadedAsync();
    }

    [Fact]
    public async Task Objects_that_others_left_are_waited_for_and_then_named()
    {
        await using LiveTpm tpm = await OpenAsync();
        List<uint> left = [];
        for (int i = 0; i < 3; i++) left.Add((await Client.CreatePrimaryAsync(TpmKeyTemplates.Endorsement(EkTemplate.EccL2), default, Cancellation)).Handle);
        Task<TpmQuote> quote = tpm.QuoteAsync(Nonce, PcrSet.Of(0), Cancellation).AsTask();
        await Task.Delay(100, Cancellation);
        Assert.False(quote.IsCompleted);
        foreach (uint handle in left) await Client.FlushAsync(handle);
        Assert.NotNull(await quote);
        await RequireNothingLoadedAsync();
    }

    [Fact]
    public async Task Objects_that_others_never_free_are_named_with_what_to_do()
    {
        await using LiveTpm tpm = await LiveTpm.OpenAsync(swtpm.Machine.Tpm, swtpm.Options(EkTemplate.RsaL1), new ImpatientTime(), Cancellation);
        for (int i = 0; i < 3; i++) await Client.CreatePrimaryAsync(TpmKeyTemplates.Endorsement(EkTemplate.EccL2), default, Cancellation);
        TpmException full = await Assert.ThrowsAsync<TpmException>(async () => await tpm.QuoteAsync(Nonce, PcrSet.Of(0), Cancellation));
        Assert.Equal(TpmError.ObjectMemory, full.Error);
        Assert.Contains("tpm2_flushcontext", full.Remedy, StringComparison.Ordinal);
        await Client.FlushAllAsync(Cancellation);
        Assert.NotNull(await tpm.QuoteAsync(Nonce, PcrSet.Of(0), Cancellation));
        await RequireNothingLoadedAsync();
    }

    [Fact]
    public async Task Swtpm_that_is_gone_is_named()
    {
        var tpm = new SwtpmSocket(new System.Net.Sockets.UnixDomainSocketEndPoint(swtpm.At("nobody")), TimeProvider.System);
        TpmException missing = await Assert.ThrowsAsync<TpmException>(async () => await new TpmClient(tpm, TimeProvider.System).GetRandomAsync(1, Cancellation));
        Assert.Equal(TpmError.DeviceMissing, missing.Error);
    }

    [Fact]
    public async Task Tpm_without_a_certificate_and_a_certificate_of_another_tpm_are_named()
    {
        LiveTpmOptions options = swtpm.Options(EkTemplate.RsaL1);
        using DevelopmentTpm other = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        TpmException none = await Assert.ThrowsAsync<TpmException>(() => LiveTpm.OpenAsync(other.OpenDevice(), options, TimeProvider.System, Cancellation));
        Assert.Equal(TpmError.NoEkCertificate, none.Error);
        TpmException mismatch = await Assert.ThrowsAsync<TpmException>(() => OpenAsync(options with { EkCertificate = other.EkCertificateChain[0] }));
        Assert.Equal(TpmError.EkCertificateMismatch, mismatch.Error);
    }

    [Fact]
    public async Task Machine_without_a_log_is_named()
    {
        await using LiveTpm tpm = await OpenAsync(swtpm.Options(EkTemplate.RsaL1) with { EventLogFile = swtpm.At("no-log") });
        TpmException missing = await Assert.ThrowsAsync<TpmException>(async () => await tpm.CollectAsync(Nonce, PcrSet.Of(0), Cancellation));
        Assert.Equal(TpmError.NoEventLog, missing.Error);
    }

    private async Task RequireNothingLoadedAsync()
    {
        Assert.Empty(await Client.ReadHandlesAsync(TpmHandles.TransientFirst, Cancellation));
        Assert.Empty(await Client.ReadHandlesAsync(TpmHandles.LoadedSessionFirst, Cancellation));
    }

    private Task<LiveTpm> OpenAsync(LiveTpmOptions? options = null) =>
        LiveTpm.OpenAsync(swtpm.Machine.Tpm, options ?? swtpm.Options(EkTemplate.RsaL1), TimeProvider.System, Cancellation);
}
