using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>What every <see cref="IAttestingTpm"/> promises. Each adapter runs it.</summary>
public abstract class AttestingTpmContract
{
    private static readonly byte[] Nonce = SHA256.HashData("nonce"u8);

    protected abstract IAttestingTpm Tpm { get; }

    protected abstract TrustedRoots Roots { get; }

    protected virtual PcrSet MeasuredPcrs => DevelopmentTpm.MeasuredPcrs;

    protected virtual DateTimeOffset Now => Vendors.Now;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evidence_is_authentic()
    {
        PlatformVerification verification = PlatformVerifier.Verify(await Tpm.CollectAsync(Nonce, MeasuredPcrs, Cancellation), Roots, [RootClass.TpmHardware], Now);
        Assert.True(verification.Result.Accepted, verification.Result.FirstFailure?.ToString());
        Assert.Equal(Nonce, verification.Platform!.Quote.ExtraData.ToArray());
        Assert.Equal(Tpm.AkPublic.Name, verification.Platform.AttestationKey.Name);
    }

    [Fact]
    public async Task Log_explains_the_quoted_pcrs()
    {
        PcrBank quoted = (await QuoteAsync(Nonce, MeasuredPcrs)).Pcrs;
        AttestationResult result = EventLogVerifier.Verify((await Tpm.ReadEventLogAsync(Cancellation)).Span, [quoted]);
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
    }

    [Fact]
    public async Task Evidence_fits_its_container()
    {
        byte[] encoded = (await Tpm.CollectAsync(Nonce, MeasuredPcrs, Cancellation)).Encode();
        Assert.True(PlatformEvidence.TryParse(encoded, out PlatformEvidence? parsed));
        Assert.Equal(encoded, parsed.Encode());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    public async Task Nonce_of_up_to_64_bytes_is_quoted(int size)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(size);
        TpmQuote quote = await QuoteAsync(nonce, MeasuredPcrs);
        Assert.Equal(nonce, TpmsAttest.TryParse(quote.Attest.Span, out _)!.ExtraData.ToArray());
    }

    [Fact]
    public async Task Longer_nonce_is_an_argument_error() => await Assert.ThrowsAsync<ArgumentException>(async () => await QuoteAsync(new byte[65], MeasuredPcrs));

    [Fact]
    public async Task Quote_covers_exactly_the_asked_pcrs_and_counts_on()
    {
        TpmsAttest first = TpmsAttest.TryParse((await QuoteAsync(Nonce, PcrSet.Of(0, 23))).Attest.Span, out _)!;
        TpmsAttest second = TpmsAttest.TryParse((await QuoteAsync(Nonce, PcrSet.Of(7))).Attest.Span, out _)!;
        Assert.Equal([new PcrSelection(TpmAlgorithm.Sha256, PcrSet.Of(0, 23))], first.Selections);
        Assert.Equal([new PcrSelection(TpmAlgorithm.Sha256, PcrSet.Of(7))], second.Selections);
        Assert.Equal(first.ClockInfo.ResetCount, second.ClockInfo.ResetCount);
        Assert.True(second.ClockInfo.ClockMilliseconds >= first.ClockInfo.ClockMilliseconds);
    }

    [Fact]
    public async Task Challenge_for_its_two_keys_is_answered()
    {
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        Assert.Equal(secret, await ActivateAsync(MakeCredential.Create(Tpm.EkPublic, Tpm.AkPublic.Name, secret)!));
    }

    [Fact]
    public async Task Altered_or_foreign_challenge_is_not_answered()
    {
        CredentialChallenge good = MakeCredential.Create(Tpm.EkPublic, Tpm.AkPublic.Name, new byte[32])!;
        Assert.Null(await ActivateAsync(MakeCredential.Create(Tpm.EkPublic, new byte[34], new byte[32])!));
        Assert.Null(await ActivateAsync(good with { CredentialBlob = default }));
        Assert.Null(await ActivateAsync(good with { EncryptedSecret = default }));
        for (int i = 0; i < good.CredentialBlob.Length; i++) Assert.Null(await ActivateAsync(good with { CredentialBlob = Flip(good.CredentialBlob, i) }));
        for (int i = 0; i < good.EncryptedSecret.Length; i += 7) Assert.Null(await ActivateAsync(good with { EncryptedSecret = Flip(good.EncryptedSecret, i) }));
    }

    private ValueTask<TpmQuote> QuoteAsync(byte[] nonce, PcrSet pcrs) => Tpm.QuoteAsync(nonce, pcrs, Cancellation);

    private ValueTask<byte[]?> ActivateAsync(CredentialChallenge challenge) => Tpm.ActivateCredentialAsync(challenge, Cancellation);

    private static byte[] Flip(ReadOnlyMemory<byte> bytes, int index)
    {
        byte[] copy = bytes.ToArray();
        copy[index] ^= (byte)(1 << (index % 8));
        return copy;
    }
}
