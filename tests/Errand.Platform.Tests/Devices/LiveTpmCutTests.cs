using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>A node that is killed, and a TPM that loses power, between any two commands.</summary>
public sealed class LiveTpmCutTests(SwtpmFixture swtpm) : IClassFixture<SwtpmFixture>
{
    // Keys on P-256: swtpm makes them in a millisecond, and here they are made a hundred times.
    private const EkTemplate Template = EkTemplate.EccL2;
    private static readonly byte[] Nonce = SHA256.HashData("nonce"u8);
    private readonly byte[] _seeds = RandomNumberGenerator.GetBytes(64);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TpmClient Client => new(swtpm.Machine.Tpm, TimeProvider.System);

    [Fact]
    public async Task Node_killed_between_any_two_commands_starts_again_with_whole_files()
    {
        int cut = 0;
        for (; ; cut++)
        {
            string key = swtpm.At($"ak-cut-{cut}"), keys = swtpm.At($"keys-cut-{cut}");
            if (await LiveUntilAsync(cut, key, keys)) break;
            // What a dead process had loaded: /dev/tpmrm0 forgets it, and who takes over a swtpm frees it.
            await Client.FlushAllAsync(Cancellation);
            Assert.True(await LiveUntilAsync(int.MaxValue, key, keys), $"command {cut}");
            await RequireNothingLoadedAsync();
        }
        Assert.InRange(cut, 20, 500);
    }

    [Fact]
    public async Task Tpm_reset_between_any_two_commands_is_survived()
    {
        string key = swtpm.At("ak-reset"), keys = swtpm.At("keys-reset");
        int reset = int.MaxValue, begun = 0;
        var meddled = new MeddledTpm(swtpm.Machine.Tpm, async number =>
        {
            if (number - begun == reset) await swtpm.Machine.RebootAsync(new DevelopmentBoot(), Cancellation);
            return null;
        });
        await using LiveTpm tpm = await LiveTpm.OpenAsync(meddled, swtpm.Options(Template) with { AttestationKeyFile = key }, TimeProvider.System, Cancellation);
        await SealedNodeKeys.SealAsync(tpm, _seeds, SealedNodeKeys.DefaultPcrs, keys, Cancellation);
        CredentialChallenge challenge = MakeCredential.Create(tpm.EkPublic, tpm.AkPublic.Name, Nonce)!;
        for (int last = int.MaxValue, at = 0; at < last; at++)
        {
            (begun, reset) = (meddled.Count, at);
            await UseAsync();
            last = meddled.Count - begun;
            await RequireNothingLoadedAsync();
        }

        async Task UseAsync()
        {
            Assert.NotNull(await tpm.QuoteAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Cancellation));
            Assert.Equal(Nonce, await tpm.ActivateCredentialAsync(challenge, Cancellation));
            Assert.Equal(_seeds, await SealedNodeKeys.TryUnsealAsync(tpm, keys, Cancellation));
        }
    }

    // The whole life of a node's TPM; false when it was cut off.
    private async Task<bool> LiveUntilAsync(int commandsMax, string key, string keys)
    {
        var cut = new MeddledTpm(swtpm.Machine.Tpm, number => number < commandsMax ? ValueTask.FromResult<byte[]?>(null) : throw new KilledException());
        try
        {
            await using LiveTpm tpm = await LiveTpm.OpenAsync(cut, swtpm.Options(Template) with { AttestationKeyFile = key }, TimeProvider.System, Cancellation);
            byte[] seeds = await SealedNodeKeys.TryUnsealAsync(tpm, keys, Cancellation) ?? _seeds;
            Assert.Equal(_seeds, seeds);
            await SealedNodeKeys.SealAsync(tpm, seeds, SealedNodeKeys.DefaultPcrs, keys, Cancellation);
            TpmQuote quote = await tpm.QuoteAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Cancellation);
            Assert.True(QuoteVerifier.Verify(quote.Attest.Span, quote.Signature.Span, TpmKey.FromPublicArea(tpm.AkPublic)!, Nonce, [quote.Pcrs]).Result.Accepted);
            Assert.Equal(Nonce, await tpm.ActivateCredentialAsync(MakeCredential.Create(tpm.EkPublic, tpm.AkPublic.Name, Nonce)!, Cancellation));
            return true;
        }
        catch (KilledException)
        {
            return false;
        }
    }

    private async Task RequireNothingLoadedAsync()
    {
        Assert.Empty(await Client.ReadHandlesAsync(TpmHandles.TransientFirst, Cancellation));
        Assert.Empty(await Client.ReadHandlesAsync(TpmHandles.LoadedSessionFirst, Cancellation));
    }

    private sealed class KilledException : Exception;
}
